package dev.apiserversource.frame.delivery;

import dev.apiserversource.frame.time.Timers;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * The deadlines of many actions that have one timeout, with one timer for all of them.
 *
 * <p>Nearly every attempt ends long before its deadline, and a timer for each would cost several microseconds. With one
 * timeout the deadlines pass in the order they were set, so only the earliest needs a timer.
 */
final class Deadlines {

    private final Duration timeout;
    private final Timers timers;
    private final Set<Deadline> pending = new LinkedHashSet<>();
    private boolean armed;

    /** One deadline. */
    final class Deadline {

        private final Duration end;
        private final Runnable action;

        private Deadline(Duration end, Runnable action) {
            this.end = end;
            this.action = action;
        }

        /** The action does not run. Has no effect once it has run. */
        void cancel() {
            pending.remove(this);
        }
    }

    Deadlines(Duration timeout, Timers timers) {
        this.timeout = timeout;
        this.timers = timers;
    }

    Duration timeout() {
        return timeout;
    }

    /** Runs {@code action} after the timeout, unless it is cancelled. */
    Deadline set(Runnable action) {
        Deadline deadline = new Deadline(timers.uptime().plus(timeout), action);
        pending.add(deadline);
        if (!armed) {
            arm(timeout);
        }
        return deadline;
    }

    private void arm(Duration delay) {
        armed = true;
        timers.after(delay, this::passed);
    }

    /** The timer is that of an earlier deadline, which may have been cancelled. */
    private void passed() {
        armed = false;
        while (!pending.isEmpty()) {
            Deadline first = pending.iterator().next();
            Duration left = first.end.minus(timers.uptime());
            if (left.compareTo(Duration.ZERO) > 0) {
                arm(left);
                return;
            }
            pending.remove(first);
            first.action.run();
        }
    }
}
