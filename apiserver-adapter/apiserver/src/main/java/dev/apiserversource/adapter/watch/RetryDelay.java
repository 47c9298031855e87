package dev.apiserversource.adapter.watch;

import dev.apiserversource.adapter.kube.WatchFailure;
import dev.apiserversource.adapter.kube.WatchFailure.Cause;
import dev.apiserversource.frame.time.Backoff;
import dev.apiserversource.frame.time.Timers;

import java.time.Duration;
import java.time.Instant;

/**
 * How long a stream waits before it tries again. A watch that ended in good order is followed at once, and so is a lost history; what fails again and
 * again is left alone for longer and longer.
 */
final class RetryDelay {

    /** The longest Retry-After that is obeyed: history is kept for little longer. */
    private static final Duration LONGEST = Duration.ofMinutes(1);

    /**
     * The longest wait when nobody could be reached. It is short because an API server that was restarted remembers what happens from then on: the
     * earlier the list that closes the gap, the fewer states in between are missed. An attempt that nobody answers costs nobody anything.
     */
    private static final Duration LONGEST_UNREACHED = Duration.ofSeconds(5);

    /** A watch that lasted for this long was a good one, even when nothing happened in it. */
    private static final Duration LASTING = Duration.ofSeconds(10);

    private final Timers timers;
    private final Backoff backoff;
    private Instant openedAt = Instant.MAX;
    private Instant listAtOnceFrom = Instant.MIN;
    private int failures;

    RetryDelay(Timers timers, Backoff backoff) {
        this.timers = timers;
        this.backoff = backoff;
    }

    /** The API server has begun to answer. */
    void opened() {
        openedAt = timers.now();
    }

    /** Something came of it. */
    void progressed() {
        failures = 0;
    }

    /** It is over, for whatever reason. */
    void interrupted() {
        boolean lasted = Duration.between(openedAt, timers.now()).compareTo(LASTING) > 0;
        failures = lasted ? 1 : failures + 1;
        openedAt = Instant.MAX;
    }

    /** How often it was over since something came of it. */
    int failures() {
        return failures;
    }

    /** The wait after the interruption that was the last. */
    Duration after(WatchFailure why) {
        boolean ended = why.cause() == Cause.ENDED && failures == 1;
        return ended || mayListAtOnce(why) ? Duration.ZERO : growing(why);
    }

    /** The API server has answered, whatever went wrong before; only one that loses the history again and again has to be spared. */
    private boolean mayListAtOnce(WatchFailure why) {
        Instant now = timers.now();
        if (why.cause() != Cause.GONE || now.isBefore(listAtOnceFrom)) {
            return false;
        }
        listAtOnceFrom = now.plus(LASTING);
        failures = 0;
        return true;
    }

    private Duration growing(WatchFailure why) {
        Duration wait = backoff.before(failures);
        if (why.cause() == Cause.CUT) {
            return shorter(wait, LONGEST_UNREACHED);
        }
        Duration asked = why.retryAfter().filter(a -> a.compareTo(wait) > 0).orElse(wait);
        return shorter(asked, LONGEST);
    }

    private static Duration shorter(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }
}
