package dev.apiserversource.frame.delivery;

import dev.apiserversource.frame.time.Backoff;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.random.RandomGenerator;

/**
 * The number and timing of retries, in the terms of <a
 * href="https://knative.dev/docs/eventing/event-delivery/">Knative's DeliverySpec</a>.
 *
 * @param retry how many retries follow the first attempt; empty: unlimited
 * @param backoffPolicy how the waits between attempts grow
 * @param backoffDelay the first of these waits, zero to 1 day; empty: 100 ms
 * @param retryAfterMax upper limit for a wait requested by {@code Retry-After}; zero: the header is ignored; empty: 5
 *     minutes
 */
public record RetrySettings(
        OptionalInt retry,
        Backoff.Growth backoffPolicy,
        Optional<Duration> backoffDelay,
        Optional<Duration> retryAfterMax) {

    private static final Duration DEFAULT_BACKOFF_DELAY = Duration.ofMillis(100);
    private static final Duration DEFAULT_RETRY_AFTER_MAX = Duration.ofMinutes(5);

    /** Longer waits relieve a sink little and delay the recovery after an outage. */
    private static final Duration DEFAULT_MAX_BACKOFF = Duration.ofSeconds(30);

    private static final Duration MIN_BACKOFF = Duration.ofMillis(1);
    private static final Duration MAX_BACKOFF = Duration.ofDays(1);

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException when a number or wait is negative, or the delay is longer than a day
     */
    public RetrySettings {
        if (retry.orElse(0) < 0) {
            throw new IllegalArgumentException("retry " + retry.getAsInt() + ": want zero or more");
        }
        if (backoffDelay
                .filter(delay -> delay.isNegative() || delay.compareTo(MAX_BACKOFF) > 0)
                .isPresent()) {
            throw new IllegalArgumentException("backoffDelay " + backoffDelay.get() + ": want zero to 1 day");
        }
        if (retryAfterMax.filter(Duration::isNegative).isPresent()) {
            throw new IllegalArgumentException("retryAfterMax " + retryAfterMax.get() + ": want zero or more");
        }
    }

    /** Unlimited retries, the waits doubling from 100 ms to 30 s. */
    public static RetrySettings defaults() {
        return new RetrySettings(OptionalInt.empty(), Backoff.Growth.EXPONENTIAL, Optional.empty(), Optional.empty());
    }

    /** The policy for the main sink. */
    RetryPolicy policy(RandomGenerator random) {
        return RetryPolicy.limited(retry, backoff(random), retryAfterMax.orElse(DEFAULT_RETRY_AFTER_MAX));
    }

    /** The policy for the dead letter sink: the same waits, but every failure is retried until a 2xx answer. */
    RetryPolicy policyUntilDelivered(RandomGenerator random) {
        RetrySettings unlimited = new RetrySettings(OptionalInt.empty(), backoffPolicy, backoffDelay, retryAfterMax);
        return RetryPolicy.untilDelivered(unlimited.backoff(random), retryAfterMax.orElse(DEFAULT_RETRY_AFTER_MAX));
    }

    private Backoff backoff(RandomGenerator random) {
        Duration delay = backoffDelay.orElse(DEFAULT_BACKOFF_DELAY);
        Duration positive = delay.compareTo(MIN_BACKOFF) < 0 ? MIN_BACKOFF : delay;
        return new Backoff(backoffPolicy, positive, maxBackoff(positive), random);
    }

    /** A user who sets both the number of retries and the delay has chosen the last wait too, so it is not limited. */
    private Duration maxBackoff(Duration delay) {
        if (retry.isPresent() && backoffDelay.isPresent()) {
            return MAX_BACKOFF;
        }
        return delay.compareTo(DEFAULT_MAX_BACKOFF) < 0 ? DEFAULT_MAX_BACKOFF : delay;
    }
}
