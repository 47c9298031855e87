package dev.apiserversource.controller.namespaces;

import io.javaoperatorsdk.operator.processing.event.Event;
import io.javaoperatorsdk.operator.processing.event.EventHandler;
import io.javaoperatorsdk.operator.processing.event.ResourceID;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;

/**
 * Holds events back until none came for a while, and then passes on one for each object. Events that never pause are
 * passed on after ten times that while.
 */
final class QuietPeriod implements EventHandler {

    private static final int LONGEST = 10;

    private final EventHandler delegate;
    private final long quietNanos;
    private final LongSupplier nanoTime;
    private final BiConsumer<Duration, Runnable> timer;
    private final Set<ResourceID> pending = new LinkedHashSet<>();
    private long first;
    private long last;

    /**
     * Passes events on to {@code delegate}.
     *
     * @param quiet how long no event must come
     * @param nanoTime elapsed time
     * @param timer runs a task once after a delay
     */
    QuietPeriod(EventHandler delegate, Duration quiet, LongSupplier nanoTime, BiConsumer<Duration, Runnable> timer) {
        this.delegate = delegate;
        this.quietNanos = quiet.toNanos();
        this.nanoTime = nanoTime;
        this.timer = timer;
    }

    @Override
    public synchronized void handleEvent(Event event) {
        last = nanoTime.getAsLong();
        if (pending.isEmpty()) {
            first = last;
            timer.accept(Duration.ofNanos(quietNanos), this::check);
        }
        pending.add(event.getRelatedCustomResourceID());
    }

    private void check() {
        due().forEach(id -> delegate.handleEvent(new Event(id)));
    }

    /** Empty while events keep coming; the next check is scheduled then. */
    private synchronized List<ResourceID> due() {
        long now = nanoTime.getAsLong();
        long left = Math.min(last + quietNanos, first + LONGEST * quietNanos) - now;
        if (left > 0) {
            timer.accept(Duration.ofNanos(left), this::check);
            return List.of();
        }
        List<ResourceID> due = List.copyOf(pending);
        pending.clear();
        return due;
    }
}
