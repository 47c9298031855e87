package dev.apiserversource.frame.time;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.PriorityQueue;

/** A clock that only {@link #advance} moves. It runs the timers that fall due, in order. */
public final class SimulatedTime implements Timers {

    private record Due(Instant at, long order, Runnable action) {}

    private final PriorityQueue<Due> pending =
            new PriorityQueue<>(Comparator.comparing(Due::at).thenComparing(Due::order));
    private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");
    private Instant now = BEGIN;
    private Duration clockOffset = Duration.ZERO;
    private long order;

    @Override
    public Instant now() {
        return now.plus(clockOffset);
    }

    /** Sets the wall clock back. Timers and {@link #uptime} are not affected. */
    public void setClockBack(Duration duration) {
        clockOffset = clockOffset.minus(duration);
    }

    @Override
    public Duration uptime() {
        return Duration.between(BEGIN, now);
    }

    @Override
    public Timer after(Duration delay, Runnable action) {
        Due due = new Due(now.plus(delay.isNegative() ? Duration.ZERO : delay), order++, action);
        pending.add(due);
        return () -> pending.remove(due);
    }

    /** Moves the clock by {@code duration}. */
    public void advance(Duration duration) {
        Instant until = now.plus(duration);
        while (!pending.isEmpty() && !pending.peek().at().isAfter(until)) {
            Due due = pending.remove();
            now = due.at();
            due.action().run();
        }
        now = until;
    }

    /** How many timers are scheduled. */
    public int pending() {
        return pending.size();
    }
}
