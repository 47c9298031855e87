package dev.apiserversource.frame.delivery;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.ArrayDeque;
import java.util.Queue;

/**
 * Whether more may be dispatched, and who is told so when it may.
 *
 * <p>No wake-up is lost: a waiter is queued only while something is held; everything held has an outcome some day; each outcome wakes as many
 * waiters as there are free places, in the order they came, and the last outcome wakes all that are left. So nobody waits while
 * nothing is held, and a waiter that was woken and then brings nothing holds up nobody for longer than the next outcome.
 */
final class EventCapacity {

    private static final Logger log = LoggerFactory.getLogger(EventCapacity.class);

    private final PendingEvents held;
    private final int maxEvents;
    private final long maxBytes;
    private final Queue<Runnable> waiters = new ArrayDeque<>();
    private boolean closed;

    EventCapacity(PendingEvents held, int maxEvents, long maxBytes) {
        this.held = held;
        this.maxEvents = maxEvents;
        this.maxBytes = maxBytes;
    }

    boolean isFree() {
        return places() > 0;
    }

    private int places() {
        return held.bytes() < maxBytes ? maxEvents - held.count() : 0;
    }

    /** Runs {@code action} now when there is room and nobody waits, else in its turn. */
    void whenFree(Runnable action) {
        if (closed) {
            return;
        }
        if (isFree() && waiters.isEmpty()) {
            action.run();
        } else {
            waiters.add(action);
        }
    }

    /** To be called after each outcome. */
    void wake() {
        for (int places = places(); !waiters.isEmpty() && (places > 0 || held.isEmpty()); places--) {
            run(waiters.remove());
        }
    }

    private static void run(Runnable waiter) {
        try {
            waiter.run();
        } catch (RuntimeException e) {
            log.atError().setCause(e).log("a reader that was told of room failed");
        }
    }

    /** Forgets all waiters and takes no more. */
    void close() {
        closed = true;
        waiters.clear();
    }
}
