package dev.apiserversource.frame.time;

import io.vertx.core.Vertx;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** Real time: the system clock and the timers of the Vert.x event loop that calls. */
public final class VertxTimers implements Timers {

    private final Vertx vertx;
    private final Clock clock = Clock.systemUTC();
    private final long begin = System.nanoTime();

    /** Timers of {@code vertx}; actions run on the context that is current when they are asked for. */
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
        // Vert.x refuses a timer of less than one millisecond.
        long id = vertx.setTimer(Math.max(1, delay.toMillis()), fired -> action.run());
        return () -> vertx.cancelTimer(id);
    }
}
