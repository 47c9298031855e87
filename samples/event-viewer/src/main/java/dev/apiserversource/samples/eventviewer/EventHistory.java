package dev.apiserversource.samples.eventviewer;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/**
 * The last events, bounded in number and in bytes. Streams read from it by sequence number, so that none needs a queue
 * of its own.
 */
final class EventHistory {

    private final int maxEvents;
    private final long maxBytes;
    private final Deque<ShownEvent> events = new ArrayDeque<>();
    private final Map<Long, ShownEvent> bySequence = new HashMap<>();
    private long bytes;
    private long last;

    EventHistory(int maxEvents, long maxBytes) {
        this.maxEvents = maxEvents;
        this.maxBytes = maxBytes;
    }

    /** The number that the next event must have. */
    long nextSequence() {
        return last + 1;
    }

    /** Keeps {@code event}, and drops the oldest ones until the bounds hold. The newest one is always kept. */
    void add(ShownEvent event) {
        if (event.sequence() != nextSequence()) {
            throw new IllegalArgumentException("event " + event.sequence() + " after " + last);
        }
        last = event.sequence();
        events.addLast(event);
        bySequence.put(event.sequence(), event);
        bytes += event.size();
        while (events.size() > 1 && (events.size() > maxEvents || bytes > maxBytes)) {
            ShownEvent oldest = events.removeFirst();
            bySequence.remove(oldest.sequence());
            bytes -= oldest.size();
        }
    }

    /** The event with that number; null when it is not kept, or not yet there. */
    @Nullable
    ShownEvent get(long sequence) {
        return bySequence.get(sequence);
    }

    /** The number of the oldest event that is kept; that of the next event when there is none. */
    long oldest() {
        return events.isEmpty() ? nextSequence() : events.getFirst().sequence();
    }

    /** How many events have arrived. */
    long total() {
        return last;
    }

    int size() {
        return events.size();
    }

    long bytes() {
        return bytes;
    }
}
