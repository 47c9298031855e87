package dev.apiserversource.frame.delivery;

import dev.apiserversource.frame.time.Backoff;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/** Decides whether a failed attempt is retried, and after which wait. */
@FunctionalInterface
interface RetryPolicy {

    /**
     * The wait before a retry.
     *
     * @param endsWithOutage whether the wait ends early when the sink is available again. A wait that the sink
     *     requested, or that follows a final answer, does not.
     */
    record Pause(Duration length, boolean endsWithOutage) {}

    /**
     * The wait before the next attempt; empty when there is none.
     *
     * @param failures how many attempts of the event have failed, at least one; without a token nothing was sent, and
     *     such failures are counted apart
     * @param failure the failure of the last one
     */
    Optional<Pause> pauseAfter(int failures, Throwable failure);

    /**
     * Retries retryable failures. The wait is the longer of the backoff and of the sink's {@code Retry-After}. What is
     * no {@link DeliveryException} is a bug and retried as well: a change must not be lost by it.
     *
     * @param retry the number of retries; empty: unlimited, as always while no token can be obtained
     * @param retryAfterMax upper limit for {@code Retry-After}; zero: it is ignored
     */
    static RetryPolicy limited(OptionalInt retry, Backoff backoff, Duration retryAfterMax) {
        return (failures, failure) -> {
            boolean sent = !(failure instanceof DeliveryException attempt && attempt.isMissingToken());
            boolean usedUp = sent && retry.isPresent() && failures > retry.getAsInt();
            return usedUp ? Optional.empty() : pause(backoff.before(failures), failure, retryAfterMax);
        };
    }

    /** Retries every failure without limit. A final answer has the longest backoff, as it rarely changes soon. */
    static RetryPolicy untilDelivered(Backoff backoff, Duration retryAfterMax) {
        RetryPolicy retryable = limited(OptionalInt.empty(), backoff, retryAfterMax);
        return (failures, failure) ->
                retryable.pauseAfter(failures, failure).or(() -> Optional.of(new Pause(backoff.longest(), false)));
    }

    private static Optional<Pause> pause(Duration backoff, Throwable failure, Duration retryAfterMax) {
        if (failure instanceof DeliveryException attempt) {
            return attempt.isRetryable() ? Optional.of(pause(backoff, attempt, retryAfterMax)) : Optional.empty();
        }
        return Optional.of(new Pause(backoff, false));
    }

    private static Pause pause(Duration backoff, DeliveryException failure, Duration retryAfterMax) {
        if (failure.retryAfter().isEmpty() || retryAfterMax.isZero()) {
            return new Pause(backoff, true);
        }
        Duration retryAfter = min(failure.retryAfter().get(), retryAfterMax);
        return new Pause(backoff.compareTo(retryAfter) < 0 ? retryAfter : backoff, false);
    }

    private static Duration min(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }
}
