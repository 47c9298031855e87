package dev.apiserversource.frame.delivery;

import io.cloudevents.CloudEvent;
import io.cloudevents.CloudEventData;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;

/**
 * The events without an outcome: their order, their bounds, and the actions that wait for capacity.
 *
 * <pre>
 *   of each key                      pending, in the order of dispatch: a1 b1 a2 a3
 *     a   a1  a2  a3                 (the first is the oldest)
 *     b   b1
 *         ^   ^
 *         |   the others wait
 *         the first is being sent
 * </pre>
 *
 * <p><b>Share.</b> One key has a sixteenth of the limits. Beyond that a newer event supersedes the last that waits, if
 * it can. So a key holds at most its share, its newest event, and those that cannot be superseded.
 *
 * <p>No waiter is forgotten. It is queued only while an event is pending, and every pending event gets an outcome. Each
 * outcome, and each attempt that ends without one, runs as many waiters as there are free slots, in order of arrival.
 * The last outcome runs all of them.
 */
final class PendingEvents {

    /** Bytes counted for an event in addition to its data: roughly its attributes and the objects here. */
    static final int EVENT_OVERHEAD = 1024;

    /** The share of one key in the limits, inverted. */
    private static final int SHARES = 16;

    private static final Logger log = LoggerFactory.getLogger(PendingEvents.class);

    private final int maxEvents;
    private final long maxBytes;
    private final Backlog backlog;
    private final Set<PendingEvent> inOrder = new LinkedHashSet<>();
    private final Map<String, KeyQueue> queues = new HashMap<>();
    private final Queue<Runnable> waiters = new ArrayDeque<>();
    private long bytes;
    private boolean closed;

    /** An event from its dispatch to its outcome. */
    abstract static class PendingEvent {

        private final String key;
        private final Duration dispatched;
        private final Promise<Outcome> outcome = Promise.promise();
        private long size;
        private boolean failed;

        PendingEvent(String key, Duration dispatched) {
            this.key = key;
            this.dispatched = dispatched;
        }

        /** The event to be sent. It changes in {@link #supersedes}, and at no other time. */
        abstract CloudEvent event();

        /** Delivers {@link #event} to its sink. */
        abstract Future<Void> deliver();

        /** Whether this event is to be sent in place of {@code waiting}, too. If so, it stands for both from now on. */
        abstract boolean supersedes(PendingEvent waiting);

        private void measure() {
            CloudEventData data = event().getData();
            size = EVENT_OVERHEAD + (data == null ? 0L : data.toBytes().length);
        }

        /** Whether this is the first call. */
        boolean firstFailure() {
            boolean first = !failed;
            failed = true;
            return first;
        }

        Future<Outcome> outcome() {
            return outcome.future();
        }

        void complete(Outcome how) {
            outcome.tryComplete(how);
        }
    }

    /** The pending events of one key; the first is being sent. */
    private static final class KeyQueue {

        private final Deque<PendingEvent> events = new ArrayDeque<>();
        private long bytes;

        void add(PendingEvent event) {
            events.add(event);
            bytes += event.size;
        }

        @Nullable
        PendingEvent lastWaiting() {
            return events.size() > 1 ? events.getLast() : null;
        }

        void removeFirst() {
            bytes -= events.removeFirst().size;
        }

        void removeLast() {
            bytes -= events.removeLast().size;
        }
    }

    /**
     * The events that wait for nothing but a slot in flight. Behind as many as there are slots, more would be sent no
     * sooner. They would only take memory, which the garbage collector copies.
     */
    interface Backlog {

        Backlog NONE = () -> Integer.MAX_VALUE;

        /** How many more there is use for. */
        int free();
    }

    PendingEvents(int maxEvents, long maxBytes, Backlog backlog) {
        this.maxEvents = maxEvents;
        this.maxBytes = maxBytes;
        this.backlog = backlog;
    }

    /** Adds {@code event} regardless of capacity. Returns whether it is the first of its key, and so to be sent now. */
    boolean add(PendingEvent event) {
        event.measure();
        inOrder.add(event);
        bytes += event.size;
        KeyQueue queue = queues.computeIfAbsent(event.key, key -> new KeyQueue());
        queue.add(event);
        return queue.events.size() == 1;
    }

    /**
     * Removes the event that {@code newer} supersedes: the last of its key that waits, if the key has used up its
     * share. To be called before {@link #add}.
     *
     * @return the removed event; null if there is none
     */
    @Nullable
    PendingEvent removeSuperseded(PendingEvent newer) {
        KeyQueue queue = queues.get(newer.key);
        PendingEvent waiting = queue == null ? null : queue.lastWaiting();
        if (queue == null || waiting == null || isWithinShare(queue, newer) || !newer.supersedes(waiting)) {
            return null;
        }
        queue.removeLast();
        inOrder.remove(waiting);
        bytes -= waiting.size;
        return waiting;
    }

    private boolean isWithinShare(KeyQueue queue, PendingEvent newer) {
        newer.measure();
        return queue.events.size() < maxEvents / SHARES && queue.bytes + newer.size <= maxBytes / SHARES;
    }

    boolean contains(PendingEvent event) {
        return inOrder.contains(event);
    }

    /** Removes {@code event}, the first of its key. Returns the next of the key, to be sent now; null if none. */
    @Nullable
    PendingEvent remove(PendingEvent event) {
        inOrder.remove(event);
        bytes -= event.size;
        KeyQueue queue = queues.get(event.key);
        if (queue == null) {
            return null;
        }
        queue.removeFirst();
        if (queue.events.isEmpty()) {
            queues.remove(event.key);
        }
        return queue.events.peek();
    }

    /** Removes all events and returns them, oldest first. */
    List<PendingEvent> removeAll() {
        List<PendingEvent> all = List.copyOf(inOrder);
        inOrder.clear();
        queues.clear();
        bytes = 0;
        return all;
    }

    boolean isEmpty() {
        return inOrder.isEmpty();
    }

    int count() {
        return inOrder.size();
    }

    long bytes() {
        return bytes;
    }

    /** The age of the oldest pending event at an uptime of {@code now}; zero when there is none. */
    Duration oldestAge(Duration now) {
        return inOrder.isEmpty() ? Duration.ZERO : now.minus(inOrder.iterator().next().dispatched);
    }

    boolean hasCapacity() {
        return freeSlots() > 0;
    }

    private int freeSlots() {
        return bytes < maxBytes ? Math.min(maxEvents - count(), backlog.free()) : 0;
    }

    /** Runs {@code action} now if there is capacity and no other waits, else in order of arrival. */
    void whenCapacity(Runnable action) {
        if (closed) {
            return;
        }
        if (hasCapacity() && waiters.isEmpty()) {
            action.run();
        } else {
            waiters.add(action);
        }
    }

    /** Runs the waiters that there is capacity for. To be called whenever there can be more of it. */
    void runWaiters() {
        for (int slots = freeSlots(); !waiters.isEmpty() && (slots > 0 || isEmpty()); slots--) {
            try {
                waiters.remove().run();
            } catch (RuntimeException e) {
                log.atError().setCause(e).log("capacity listener failed");
            }
        }
    }

    /** Drops all waiters, present and future. */
    void dropWaiters() {
        closed = true;
        waiters.clear();
    }
}
