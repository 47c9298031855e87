package dev.apiserversource.samples.embedded.watch;

import dev.apiserversource.samples.embedded.fault.Faults;
import dev.apiserversource.samples.embedded.fault.ReceivedRequest;
import dev.apiserversource.samples.embedded.store.ListOptions;
import dev.apiserversource.samples.embedded.store.ObjectStore;
import dev.apiserversource.samples.embedded.store.ResourceKinds;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/** The open watches and their timers. */
public final class Watches {

    private final Set<Watch> open = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean wakeUpScheduled = new AtomicBoolean();
    private final Vertx vertx;
    private final Context context;
    private final ObjectStore store;
    private final ResourceKinds kinds;
    private final Faults faults;
    private final Duration bookmarkInterval;

    /** Runs the watches on {@code context}, an event loop. */
    public Watches(
            Vertx vertx,
            Context context,
            ObjectStore store,
            ResourceKinds kinds,
            Faults faults,
            Duration bookmarkInterval) {
        this.vertx = vertx;
        this.context = context;
        this.store = store;
        this.kinds = kinds;
        this.faults = faults;
        this.bookmarkInterval = bookmarkInterval;
    }

    /** The number of open watches. Callable on any thread. */
    public int count() {
        return open.size();
    }

    /** Responds to {@code request} with a watch, over a WebSocket when it is an upgrade. */
    public void open(WatchScope scope, ListOptions options, HttpServerRequest request, ReceivedRequest received) {
        if (isWebSocket(request)) {
            request.toWebSocket()
                    .onSuccess(socket -> open(scope, options, new WebSocketFrames(request, socket), received));
        } else {
            open(scope, options, new ChunkedFrames(request), received);
        }
    }

    private static boolean isWebSocket(HttpServerRequest request) {
        return request.version() == HttpVersion.HTTP_1_1
                && "websocket".equalsIgnoreCase(request.getHeader(HttpHeaders.UPGRADE));
    }

    private void open(WatchScope scope, ListOptions options, FrameSink sink, ReceivedRequest received) {
        Watch watch = new Watch(scope, options, sink, faults, received, store);
        open.add(watch);
        long bookmarks = vertx.setPeriodic(bookmarkInterval.toMillis(), timer -> watch.bookmark());
        // Vert.x refuses a timer of less than one millisecond.
        long timeout = vertx.setTimer(Math.max(1, options.timeout().toMillis()), timer -> watch.timeOut());
        watch.onClosed(() -> {
            open.remove(watch);
            vertx.cancelTimer(bookmarks);
            vertx.cancelTimer(timeout);
        });
        watch.start();
    }

    /** Makes every watch send new changes. Calls before the next round are one round. Callable on any thread. */
    public void wakeUp() {
        if (wakeUpScheduled.compareAndSet(false, true)) {
            context.runOnContext(onLoop -> {
                wakeUpScheduled.set(false);
                List.copyOf(open).forEach(this::advance);
            });
        }
    }

    private void advance(Watch watch) {
        watch.pump();
        if (!kinds.serves(watch.kind())) {
            watch.finish();
        }
    }

    /** Ends every watch cleanly, as an API server does that shuts down. */
    public void endAll() {
        context.runOnContext(onLoop -> List.copyOf(open).forEach(Watch::finish));
    }

    /** Closes the connection of {@code request} without a complete response. */
    public static void closeConnection(HttpServerRequest request) {
        ChunkedFrames.closeConnection(request);
    }
}
