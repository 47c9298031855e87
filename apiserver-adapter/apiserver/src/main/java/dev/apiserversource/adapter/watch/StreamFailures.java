package dev.apiserversource.adapter.watch;

import dev.apiserversource.adapter.kube.WatchFailure;
import dev.apiserversource.adapter.kube.WatchFailure.Cause;
import dev.apiserversource.frame.time.Timers;
import org.jspecify.annotations.Nullable;

import java.time.Duration;

/**
 * Counts the failures in a row of one stream, and decides when they mean that its position is lost. Which cause has
 * which consequence is in the table of {@link WatchFailure}.
 *
 * <p>A change, a bookmark, and a watch that was open for long end a row.
 */
final class StreamFailures {

    /** A watch that was open for longer ends a row of failures, even without a frame. */
    private static final Duration STABLE = Duration.ofSeconds(10);

    /** So many clean ends in a row of watches without a frame are a doubt. */
    private static final int EMPTY_ENDS_IN_DOUBT = 3;

    private final Timers timers;
    private final Duration stable;

    /** A watch that ends earlier and has brought no frame is very short. */
    private final Duration veryShort;

    private @Nullable Duration openedAt;
    private @Nullable Duration suspectSince;
    private @Nullable Duration relistedAt;
    private boolean frameRead;
    private int veryShortWatches;
    private int emptyEnds;
    private int failures;

    /** Failures of a stream whose watches are requested for at least {@code watchTimeout}. */
    StreamFailures(Timers timers, Duration watchTimeout) {
        this.timers = timers;
        this.stable = RetryDelay.shorter(STABLE, watchTimeout);
        // A watch that reaches its timeout is not very short.
        this.veryShort = RetryDelay.shorter(STABLE, watchTimeout.dividedBy(2));
    }

    /** The watch is open. */
    void opened() {
        openedAt = timers.uptime();
        frameRead = false;
    }

    /** The watch has brought a change or a bookmark: the next failure is the first in a row. */
    void progressed() {
        failures = 0;
        confirmed();
    }

    /** The position is that of a list, or the watch has brought again what precedes it. That is no progress. */
    void confirmed() {
        frameRead = true;
        veryShortWatches = 0;
        emptyEnds = 0;
        suspectSince = null;
    }

    /** The list or watch has ended. Returns why, which is more exact for a clean end. */
    WatchFailure failed(WatchFailure end) {
        boolean empty = end.cause() == Cause.ENDED && openedAt != null && !frameRead;
        WatchFailure failure = empty && openFor().compareTo(veryShort) < 0
                ? WatchFailure.of(Cause.VERY_SHORT, "ended without a frame")
                : end;
        count(failure);
        emptyEnds = empty ? emptyEnds + 1 : 0;
        openedAt = null;
        return failure;
    }

    private void count(WatchFailure failure) {
        boolean wasStable = openedAt != null && openFor().compareTo(stable) > 0;
        failures = wasStable ? 1 : failures + 1;
        if (wasStable || !failure.isPositionSuspect()) {
            suspectSince = null;
        }
        if (failure.isPositionSuspect() && suspectSince == null) {
            suspectSince = timers.uptime();
        }
        if (wasStable) {
            veryShortWatches = 0;
        }
        if (failure.cause() == Cause.VERY_SHORT) {
            veryShortWatches++;
        }
        if (failure.retry() == WatchFailure.Retry.RELIST_AT_ONCE && !relistedLately()) {
            // The API server answers, so earlier failures no longer count.
            relistedAt = timers.uptime();
            failures = 0;
        }
    }

    private Duration openFor() {
        return since(openedAt);
    }

    private boolean relistedLately() {
        return relistedAt != null && since(relistedAt).compareTo(STABLE) < 0;
    }

    private Duration since(@Nullable Duration start) {
        return start == null ? Duration.ZERO : timers.uptime().minus(start);
    }

    /** How many failures there are in a row; 0 after a lost position that is not slowed down. */
    int inARow() {
        return failures;
    }

    /**
     * Whether watches have ended cleanly again and again without a frame. A server that has not reached the position
     * behaves like that behind a proxy that limits the time of a request.
     */
    boolean leavesDoubt() {
        return emptyEnds >= EMPTY_ENDS_IN_DOUBT;
    }

    /** Whether {@code failure}, the last one, means that the position is lost. */
    boolean losesPosition(WatchFailure failure) {
        return failure.losesPosition(veryShortWatches, since(suspectSince));
    }
}
