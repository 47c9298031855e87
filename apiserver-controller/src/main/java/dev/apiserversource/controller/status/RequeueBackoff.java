package dev.apiserversource.controller.status;

import dev.apiserversource.controller.api.Condition;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Requeue interval for conditions that no watch reports, such as missing permissions and kinds that are not served. The
 * interval is a quarter of the time since the condition changed, between 2 seconds and 1 minute. It needs no state.
 */
public final class RequeueBackoff {

    private static final Duration MIN = Duration.ofSeconds(2);
    private static final Duration MAX = Duration.ofMinutes(1);
    private static final int DIVISOR = 4;

    private RequeueBackoff() {}

    /** The shortest interval of those conditions that are not True; empty when all are. */
    public static Optional<Duration> next(Stream<Condition> unwatched, Instant now) {
        return unwatched
                .filter(condition -> !condition.status().equals(Condition.TRUE))
                .map(condition -> Duration.between(since(condition, now), now).dividedBy(DIVISOR))
                .min(Comparator.naturalOrder())
                .map(RequeueBackoff::bounded);
    }

    private static Instant since(Condition condition, Instant now) {
        return condition.lastTransitionTime() == null ? now : Instant.parse(condition.lastTransitionTime());
    }

    private static Duration bounded(Duration interval) {
        if (interval.compareTo(MIN) < 0) {
            return MIN;
        }
        return interval.compareTo(MAX) > 0 ? MAX : interval;
    }
}
