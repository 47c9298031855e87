package dev.apiserversource.frame.time;

import io.vertx.core.Vertx;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** The system clock and the timers of Vert.x. */
public final class VertxTimers implements Timers {

    private final Vertx vertx;
    private final Clock clock = Clock.systemUTC();
    private final long begin = System.nanoTime();

    /** Timers of {@code vertx}. An action runs on the context that is current when it is scheduled. */
    public VertxTimers(Vertx vertx) {
        this.vertx = vertx;
    }

    @Override
    public Instant now() {
        return clock.instant();
    }

    @Override
    public Duration uptime() {
        return Duration.ofNanos(System.nanoTime() - begin);
    }

    @Override
    public Timer after(Duration delay, Runnable action) {
        // Rounded up, so that an action never runs early. Vert.x refuses a delay below one millisecond.
        long millis = delay.plusNanos(999_999).toMillis();
        long id = vertx.setTimer(Math.max(1, millis), fired -> action.run());
        return () -> vertx.cancelTimer(id);
    }
}
