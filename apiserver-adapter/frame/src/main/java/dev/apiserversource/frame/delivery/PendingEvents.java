package dev.apiserversource.frame.delivery;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** All events that have no outcome yet, in the order of their dispatch. Changed by one thread; the sums may be read by any. */
final class PendingEvents {

    private final Set<PendingEvent> inOrder = new LinkedHashSet<>();
    private final AtomicInteger count = new AtomicInteger();
    private final AtomicLong bytes = new AtomicLong();
    private volatile @Nullable PendingEvent oldest;

    void add(PendingEvent event) {
        inOrder.add(event);
        count.incrementAndGet();
        bytes.addAndGet(event.size);
        noteOldest();
    }

    /** Whether {@code event} was still held. */
    boolean remove(PendingEvent event) {
        boolean present = inOrder.remove(event);
        if (present) {
            count.decrementAndGet();
            bytes.addAndGet(-event.size);
            noteOldest();
        }
        return present;
    }

    /** Everything held, oldest first; nothing is held afterwards. */
    List<PendingEvent> removeAll() {
        List<PendingEvent> all = List.copyOf(inOrder);
        all.forEach(this::remove);
        return all;
    }

    private void noteOldest() {
        Iterator<PendingEvent> first = inOrder.iterator();
        oldest = first.hasNext() ? first.next() : null;
    }

    boolean isEmpty() {
        return inOrder.isEmpty();
    }

    int count() {
        return count.get();
    }

    long bytes() {
        return bytes.get();
    }

    Optional<Instant> oldestSince() {
        return Optional.ofNullable(oldest).map(event -> event.since);
    }
}
