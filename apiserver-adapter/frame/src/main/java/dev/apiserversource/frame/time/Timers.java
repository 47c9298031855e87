package dev.apiserversource.frame.time;

import io.vertx.core.Future;
import io.vertx.core.Promise;

import java.time.Duration;
import java.time.Instant;

/**
 * Clock and timers of one event loop. Every wait and every measurement goes through here, so that a test controls time.
 *
 * <p>Actions run on the loop that scheduled them, one at a time.
 */
public interface Timers {

    /** The current time of the wall clock. It can jump when the clock is set. */
    Instant now();

    /** The time since an arbitrary fixed point. It never jumps, unlike {@link #now}. */
    Duration uptime();

    /** Runs {@code action} once after {@code delay}; as soon as the loop is free if that is zero or less. */
    Timer after(Duration delay, Runnable action);

    /** Completes when {@code work} has succeeded or failed, and after {@code limit} at the latest. Never fails. */
    default Future<Void> within(Duration limit, Future<?> work) {
        Promise<Void> over = Promise.promise();
        Timer deadline = after(limit, over::tryComplete);
        work.onComplete(result -> {
            deadline.cancel();
            over.tryComplete();
        });
        return over.future();
    }

    /** A scheduled action. */
    interface Timer {

        /** Cancels the action. Has no effect once it has run or was cancelled. */
        void cancel();
    }
}
