package dev.apiserversource.loadtests.compare.feed;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import org.jspecify.annotations.Nullable;

/** Writes one watch on an event loop, as far as the client reads: the list, its bookmark, then changes at a pace. */
final class TlsWatch {

    private static final long NO_TIMER = -1;
    private static final int BLOCK = 64 * 1024;

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
            if (objects != null && options.isPaced() && options.events() > 0) {
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
        while (objects != null && listed < objects.count()) {
            if (response.writeQueueFull()) {
                return false;
            }
            int frames = Math.min(objects.count() - listed, framesAtOnce(objects.addedLength()));
            byte[] block = new byte[frames * objects.addedLength()];
            for (int at = 0; at < block.length; listed++) {
                at = objects.added(block, at, listed, watch.version());
            }
            response.write(Buffer.buffer(block));
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
            int frames = (int) Math.min(due - sent, framesAtOnce(objects.modifiedLength()));
            byte[] block = new byte[frames * objects.modifiedLength()];
            for (int at = 0; at < block.length; ) {
                at = objects.modified(block, at, watch.version() + ++sent, System.nanoTime());
            }
            response.write(Buffer.buffer(block));
            objects.sent(watch.version() + sent);
        }
        if (sent == options.events()) {
            stop();
        }
    }

    /** What is there to be sent at once goes into large writes. */
    private static int framesAtOnce(int length) {
        return Math.max(1, BLOCK / length);
    }
}
