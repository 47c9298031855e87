package dev.apiserversource.frame.time;

import io.vertx.core.Future;
import io.vertx.core.Promise;

import java.time.Duration;
import java.time.Instant;

/**
 * The present and the future. Every wait and every measurement of the pipeline goes through here, so that a test can be the clock.
 *
 * <p>Belongs to one event loop: actions run on the loop that asked for them, one at a time.
 */
public interface Timers {

    /** The present, for time stamps and for measuring; a test's clock stands still until it is moved. */
    Instant now();

    /** Time that has passed since some moment in the past, the same for all calls: it never jumps, whatever is done to the clock. */
    Duration uptime();

    /** Runs {@code action} once, {@code delay} from now; a delay of zero or less means as soon as the loop is free. */
    Timer after(Duration delay, Runnable action);

    /** Completes when {@code work} is over, whatever became of it, and after {@code limit} at the latest; never fails. */
    default Future<Void> within(Duration limit, Future<?> work) {
        Promise<Void> over = Promise.promise();
        Timer deadline = after(limit, over::tryComplete);
        work.onComplete(result -> {
            deadline.cancel();
            over.tryComplete();
        });
        return over.future();
    }

    /** A pending action. */
    interface Timer {

        /** Takes the action back; does nothing when it has run or was taken back before. */
        void cancel();
    }
}
