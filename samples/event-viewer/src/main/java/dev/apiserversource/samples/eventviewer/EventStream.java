package dev.apiserversource.samples.eventviewer;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import org.jspecify.annotations.Nullable;

/**
 * One browser that listens: server-sent events.
 *
 * <p>A stream has no queue. It has a position in the history, and writes on while the connection takes what it writes.
 * When the browser is slow the position falls behind; what the history has dropped by then is left out, and a message
 * says which events those are. So a slow browser costs no more than one write queue.
 */
final class EventStream {

    /** What waits for a connection at most before writing stops, in bytes; one message may exceed it. */
    static final int WRITE_QUEUE = 64 * 1024;

    private static final int CHUNK = 32 * 1024;

    private final HttpServerResponse response;
    private final EventHistory history;
    private final RateCounter rate;
    private final String epoch;
    private long next;
    private long nextSecond;

    /**
     * A stream.
     *
     * @param epoch distinguishes the numbers of this process from those of another
     * @param next the number of the first event to send
     * @param now the present second; counts are sent from the oldest known one on
     */
    EventStream(
            HttpServerResponse response, EventHistory history, RateCounter rate, String epoch, long next, long now) {
        this.response = response;
        this.history = history;
        this.rate = rate;
        this.epoch = epoch;
        this.next = next;
        this.nextSecond = now - RateCounter.SECONDS + 1;
    }

    /** Sends {@code hello}, then what the history holds. */
    void start(byte[] hello) {
        response.setWriteQueueMaxSize(WRITE_QUEUE);
        response.drainHandler(drained -> proceed());
        response.write(appended(Buffer.buffer(), "hello", null, hello));
        proceed();
    }

    /** Writes what is there as far as the connection takes it; the rest follows when it has drained. */
    void proceed() {
        while (next < history.nextSequence() && writable()) {
            Buffer chunk = Buffer.buffer();
            leaveOutDropped(chunk);
            while (next < history.nextSequence() && chunk.length() < CHUNK) {
                appendNext(chunk);
            }
            response.write(chunk);
        }
    }

    /**
     * Writes the counts of the seconds that are over. When the connection does not take them they follow later, those
     * of the last ten minutes at least. Called about every second, so that a connection that is lost is noticed.
     *
     * @param now the present second, which is not over
     */
    void tick(long now) {
        if (!writable()) {
            return;
        }
        long from = Math.max(nextSecond, now - RateCounter.SECONDS + 1);
        byte[] message = Messages.rate(rate, from, now - 1, history);
        nextSecond = Math.max(nextSecond, now);
        response.write(appended(Buffer.buffer(), "rate", null, message));
    }

    private boolean writable() {
        return !response.ended() && !response.closed() && !response.writeQueueFull();
    }

    private void leaveOutDropped(Buffer chunk) {
        long oldest = history.oldest();
        if (next < oldest) {
            appended(chunk, "dropped", epoch + "-" + (oldest - 1), Messages.dropped(next, oldest - 1));
            next = oldest;
        }
    }

    private void appendNext(Buffer chunk) {
        ShownEvent event = history.get(next);
        if (event == null) {
            throw new IllegalStateException("event " + next + " is missing");
        }
        appended(chunk, "ce", epoch + "-" + next, event.message().getBytes());
        next++;
    }

    private static Buffer appended(Buffer chunk, String name, @Nullable String id, byte[] message) {
        chunk.appendString("event: " + name + "\n");
        if (id != null) {
            chunk.appendString("id: " + id + "\n");
        }
        return chunk.appendString("data: ").appendBytes(message).appendString("\n\n");
    }
}
