package dev.apiserversource.adapter.watch;

import dev.apiserversource.adapter.kube.WatchFailure;
import dev.apiserversource.frame.time.Backoff;
import dev.apiserversource.frame.time.Timers;

import java.time.Duration;
import java.time.Instant;

/**
 * Counts the failures in a row of one stream and computes how long it waits before the next list or watch. Which kind
 * of wait follows which cause is in the table of {@link WatchFailure}; the durations are here.
 */
final class RetryDelay {

    /** Longest {@code Retry-After} that is obeyed. The API server keeps its history for little longer. */
    private static final Duration MAX_RETRY_AFTER = Duration.ofMinutes(1);

    /**
     * Longest wait while the API server is unreachable. A restarted API server has history only from its start on. The
     * sooner the list that closes the gap, the fewer intermediate states are missed.
     */
    private static final Duration MAX_SHORT_BACKOFF = Duration.ofSeconds(5);

    /** A watch that was open for longer ends a row of failures, even without a change. */
    private static final Duration STABLE_AFTER = Duration.ofSeconds(10);

    private final Timers timers;
    private final Backoff backoff;
    private Instant openedAt = Instant.MAX;
    private Instant noRelistAtOnceBefore = Instant.MIN;
    private int failures;

    RetryDelay(Timers timers, Backoff backoff) {
        this.timers = timers;
        this.backoff = backoff;
    }

    /** The watch is open. */
    void opened() {
        openedAt = timers.now();
    }

    /** The watch has brought a change or a bookmark: the next failure is the first in a row. */
    void progressed() {
        failures = 0;
    }

    /** The list or watch has ended. Returns how many have in a row, this one included. */
    int failed() {
        boolean stable = Duration.between(openedAt, timers.now()).compareTo(STABLE_AFTER) > 0;
        failures = stable ? 1 : failures + 1;
        openedAt = Instant.MAX;
        return failures;
    }

    /** The wait after {@code failure}, which was counted by {@link #failed}. */
    Duration after(WatchFailure failure) {
        return switch (failure.retry()) {
            case AT_ONCE -> failures == 1 ? Duration.ZERO : backoff(failure);
            case RELIST_AT_ONCE -> relistsAtOnce() ? Duration.ZERO : backoff(failure);
            case SHORT_BACKOFF -> shorter(backoff.before(failures), MAX_SHORT_BACKOFF);
            case BACKOFF -> backoff(failure);
        };
    }

    /** The API server answers, so earlier failures no longer count. Only repeated relists are slowed down. */
    private boolean relistsAtOnce() {
        Instant now = timers.now();
        if (now.isBefore(noRelistAtOnceBefore)) {
            return false;
        }
        noRelistAtOnceBefore = now.plus(STABLE_AFTER);
        failures = 0;
        return true;
    }

    private Duration backoff(WatchFailure failure) {
        Duration wait = backoff.before(failures);
        Duration longer =
                failure.retryAfter().filter(r -> r.compareTo(wait) > 0).orElse(wait);
        return shorter(longer, MAX_RETRY_AFTER);
    }

    private static Duration shorter(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }
}
