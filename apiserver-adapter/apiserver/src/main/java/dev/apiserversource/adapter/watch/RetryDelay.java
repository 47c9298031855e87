package dev.apiserversource.adapter.watch;

import dev.apiserversource.adapter.kube.WatchFailure;
import dev.apiserversource.frame.time.Backoff;

import java.time.Duration;

/**
 * Computes how long a stream waits before the next list or watch. Which kind of wait follows which cause is in the
 * table of {@link WatchFailure}; the durations are here.
 */
final class RetryDelay {

    /** Longest {@code Retry-After} that is obeyed. The API server keeps its history for little longer. */
    private static final Duration MAX_RETRY_AFTER = Duration.ofMinutes(1);

    /**
     * Longest wait while the API server is unreachable. A restarted API server has history only from its start on. The
     * sooner the list that closes the gap, the fewer intermediate states are missed.
     */
    private static final Duration MAX_SHORT_BACKOFF = Duration.ofSeconds(3);

    /**
     * All streams of all sources lose their positions at the same time when an API server restarts. They relist within
     * this time, and so within 5 s after the API server is back.
     */
    private static final Duration RELIST_JITTER = Duration.ofSeconds(2);

    private final Backoff backoff;

    RetryDelay(Backoff backoff) {
        this.backoff = backoff;
    }

    /** The wait after {@code failure}, the last of {@code failures} in a row as {@link StreamFailures} counts them. */
    Duration after(WatchFailure failure, int failures) {
        return switch (failure.retry()) {
            case AT_ONCE -> failures <= 1 ? Duration.ZERO : backoff(failure, failures);
            case RELIST_AT_ONCE -> failures == 0 ? relistJitter() : backoff(failure, failures);
            case SHORT_BACKOFF -> shorter(backoff.before(failures), MAX_SHORT_BACKOFF);
            case BACKOFF -> backoff(failure, failures);
        };
    }

    private Duration relistJitter() {
        return Duration.ofNanos((long) (backoff.random().nextDouble() * RELIST_JITTER.toNanos()));
    }

    private Duration backoff(WatchFailure failure, int failures) {
        Duration wait = backoff.before(failures);
        Duration longer =
                failure.retryAfter().filter(r -> r.compareTo(wait) > 0).orElse(wait);
        return shorter(longer, MAX_RETRY_AFTER);
    }

    static Duration shorter(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }
}
