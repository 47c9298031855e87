package dev.apiserversource.frame.delivery;

import io.cloudevents.CloudEvent;
import io.cloudevents.CloudEventData;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
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
 *   last of each key                              pending, in the order of dispatch: a1 b1 a2 a3
 *     a ----------------.                         (the first is the oldest)
 *     b ---.            |
 *          v            v
 *          b1    a1 -> a2 -> a3                   the first of each chain is being sent, the others wait
 * </pre>
 *
 * <p>No waiter is forgotten. It is queued only while an event is pending, and every pending event gets an outcome. Each
 * outcome runs as many waiters as there are free slots, in order of arrival, and the last outcome runs all of them.
 */
final class PendingEvents {

    /** Bytes counted for an event in addition to its data: roughly its attributes and the objects here. */
    static final int EVENT_OVERHEAD = 1024;

    private static final Logger log = LoggerFactory.getLogger(PendingEvents.class);

    private final int maxEvents;
    private final long maxBytes;
    private final Set<PendingEvent> inOrder = new LinkedHashSet<>();
    private final Map<String, PendingEvent> lastOfKey = new HashMap<>();
    private final Queue<Runnable> waiters = new ArrayDeque<>();
    private long bytes;
    private boolean closed;

    /** An event from its dispatch to its outcome. */
    static final class PendingEvent {

        private final String key;
        private final CloudEvent event;
        private final long size;
        private final Instant dispatched;
        private final Promise<Outcome> outcome = Promise.promise();
        private @Nullable PendingEvent nextOfKey;

        PendingEvent(String key, CloudEvent event, Instant dispatched) {
            this.key = key;
            this.event = event;
            this.size = EVENT_OVERHEAD + dataLength(event);
            this.dispatched = dispatched;
        }

        private static long dataLength(CloudEvent event) {
            CloudEventData data = event.getData();
            return data == null ? 0 : data.toBytes().length;
        }

        CloudEvent event() {
            return event;
        }

        Future<Outcome> outcome() {
            return outcome.future();
        }

        void complete(Outcome how) {
            outcome.tryComplete(how);
        }
    }

    PendingEvents(int maxEvents, long maxBytes) {
        this.maxEvents = maxEvents;
        this.maxBytes = maxBytes;
    }

    /** Adds {@code event} regardless of capacity. Returns whether it is the first of its key, and so to be sent now. */
    boolean add(PendingEvent event) {
        inOrder.add(event);
        bytes += event.size;
        PendingEvent last = lastOfKey.put(event.key, event);
        if (last != null) {
            last.nextOfKey = event;
        }
        return last == null;
    }

    boolean contains(PendingEvent event) {
        return inOrder.contains(event);
    }

    /** Removes {@code event}, the first of its key. Returns the next of the key, to be sent now; null if none. */
    @Nullable
    PendingEvent remove(PendingEvent event) {
        inOrder.remove(event);
        bytes -= event.size;
        if (event.nextOfKey == null) {
            lastOfKey.remove(event.key);
        }
        return event.nextOfKey;
    }

    /** Removes all events and returns them, oldest first. */
    List<PendingEvent> removeAll() {
        List<PendingEvent> all = List.copyOf(inOrder);
        inOrder.clear();
        lastOfKey.clear();
        bytes = 0;
        return all;
    }

    boolean isEmpty() {
        return lastOfKey.isEmpty();
    }

    int count() {
        return inOrder.size();
    }

    long bytes() {
        return bytes;
    }

    /** The age of the oldest pending event; zero when there is none. */
    Duration oldestAge(Instant now) {
        if (inOrder.isEmpty()) {
            return Duration.ZERO;
        }
        Duration age = Duration.between(inOrder.iterator().next().dispatched, now);
        return age.isNegative() ? Duration.ZERO : age;
    }

    boolean hasCapacity() {
        return freeSlots() > 0;
    }

    private int freeSlots() {
        return bytes < maxBytes ? maxEvents - count() : 0;
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

    /** Runs the waiters that there is capacity for. To be called after each outcome. */
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
