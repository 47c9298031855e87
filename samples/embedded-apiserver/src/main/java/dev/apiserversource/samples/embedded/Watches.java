package dev.apiserversource.samples.embedded;

import dev.apiserversource.samples.embedded.Watch.WatchedScope;
import io.vertx.core.Context;
import io.vertx.core.Vertx;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/** The open watches: opens them, wakes them up when something has changed, keeps their timers. */
final class Watches {

    private final Set<Watch> open = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean wakeUpDue = new AtomicBoolean();
    private final Vertx vertx;
    private final Context context;
    private final ObjectStore store;
    private final Kinds kinds;
    private final Faults faults;
    private final EmbeddedApiServerOptions options;

    /** Runs the watches on {@code context}, an event loop. */
    Watches(
            Vertx vertx,
            Context context,
            ObjectStore store,
            Kinds kinds,
            Faults faults,
            EmbeddedApiServerOptions options) {
        this.vertx = vertx;
        this.context = context;
        this.store = store;
        this.kinds = kinds;
        this.faults = faults;
        this.options = options;
    }

    int count() {
        return open.size();
    }

    void open(WatchedScope scope, ListOptions listOptions, FrameSink sink, ReceivedRequest request) {
        Watch watch = new Watch(scope, listOptions, sink, faults, request, options.watchBacklog(), store);
        open.add(watch);
        long bookmarks = vertx.setPeriodic(options.bookmarkInterval().toMillis(), fired -> watch.bookmark());
        // Vert.x refuses a timer of less than one millisecond.
        long timeout = vertx.setTimer(Math.max(1, listOptions.timeout().toMillis()), fired -> watch.timeOut());
        watch.onClosed(() -> {
            open.remove(watch);
            vertx.cancelTimer(bookmarks);
            vertx.cancelTimer(timeout);
        });
        watch.start();
    }

    /** Lets every watch look for news; many calls in a row make one round. Callable from any thread. */
    void wakeUp() {
        if (wakeUpDue.compareAndSet(false, true)) {
            context.runOnContext(woken -> {
                wakeUpDue.set(false);
                List.copyOf(open).forEach(this::attend);
            });
        }
    }

    private void attend(Watch watch) {
        watch.pump();
        if (!kinds.serves(watch.kind())) {
            watch.finish();
        }
    }

    /** Ends every watch in order, as a server does that shuts down. */
    void endAll() {
        context.runOnContext(now -> List.copyOf(open).forEach(Watch::finish));
    }
}
