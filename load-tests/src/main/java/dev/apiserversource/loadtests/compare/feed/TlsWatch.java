package dev.apiserversource.loadtests.compare.feed;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import org.jspecify.annotations.Nullable;

/** Writes one watch on an event loop, as far as the client reads: the list, its bookmark, then changes at a pace. */
final class TlsWatch {

    private static final long NO_TIMER = -1;

    private final FeedOptions options;
    private final Answer.Watch watch;
    private final HttpServerResponse response;
    private final Vertx vertx;
    private final Runnable opened;
    private int listed;
    private long sent;
    private long startedAt;
    private long timer = NO_TIMER;
    private boolean open;

    /** A watch; {@code opened} runs when its list, if there is one, is written. */
    TlsWatch(FeedOptions options, Answer.Watch watch, HttpServerResponse response, Vertx vertx, Runnable opened) {
        this.options = options;
        this.watch = watch;
        this.response = response;
        this.vertx = vertx;
        this.opened = opened;
    }

    void start() {
        response.drainHandler(drained -> advance());
        response.writeHead();
        advance();
    }

    boolean isOpen() {
        return open;
    }

    /** The client is gone. */
    void stop() {
        if (timer != NO_TIMER) {
            vertx.cancelTimer(timer);
        }
    }

    private void advance() {
        Collection objects = watch.objects();
        if (!open && hasListed(objects)) {
            open = true;
            opened.run();
            startedAt = System.nanoTime();
            if (objects != null && options.events() > 0) {
                timer = vertx.setPeriodic(1, tick -> sendDue(objects));
            }
        }
        if (open && objects != null && !options.isPaced()) {
            sendDue(objects);
        }
    }

    /** Lists on. Returns whether the list is complete, or none was asked for. */
    private boolean hasListed(@Nullable Collection objects) {
        if (!watch.listed()) {
            return true;
        }
        int count = objects == null ? 0 : objects.count();
        for (; objects != null && listed < count && !response.writeQueueFull(); listed++) {
            byte[] frame = new byte[objects.addedLength()];
            objects.added(frame, 0, listed, watch.version());
            response.write(Buffer.buffer(frame));
        }
        if (listed < count) {
            return false;
        }
        response.write(watch.endOfList());
        return true;
    }

    private void sendDue(Collection objects) {
        long due = Math.min(
                options.events(),
                options.isPaced()
                        ? (System.nanoTime() - startedAt) / options.interval().toNanos()
                        : Long.MAX_VALUE);
        while (sent < due && !response.writeQueueFull()) {
            long version = watch.version() + ++sent;
            byte[] frame = new byte[objects.modifiedLength()];
            objects.modified(frame, 0, version, System.nanoTime());
            response.write(Buffer.buffer(frame));
            objects.sent(version);
        }
        if (sent == options.events()) {
            stop();
        }
    }
}
