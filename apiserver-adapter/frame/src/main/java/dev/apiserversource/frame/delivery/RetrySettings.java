package dev.apiserversource.frame.delivery;

import dev.apiserversource.frame.time.Backoff;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.random.RandomGenerator;

/**
 * How often and when a failed attempt is repeated, in the terms of Knative's DeliverySpec.
 *
 * @param retry how many attempts follow the first; empty for as many as it takes
 * @param growth how the waits between them grow
 * @param delay the first of these waits; empty for 100 ms
 * @param retryAfterMax how much of a wait that the sink asks for by {@code Retry-After} is granted, zero for nothing; empty for 5 minutes
 */
public record RetrySettings(
        OptionalInt retry, Backoff.Growth growth, Optional<Duration> delay, Optional<Duration> retryAfterMax) {

    private static final Duration DEFAULT_DELAY = Duration.ofMillis(100);
    private static final Duration DEFAULT_RETRY_AFTER_MAX = Duration.ofMinutes(5);

    /** Beyond this, waiting longer spares a sink little and delays the end of an outage. */
    private static final Duration LONG_ENOUGH = Duration.ofSeconds(30);

    private static final Duration SHORTEST_DELAY = Duration.ofMillis(1);
    private static final Duration LONGEST_DELAY = Duration.ofDays(1);

    /** Refuses a negative number, negative waits, and a delay of more than a day. */
    public RetrySettings {
        if (retry.orElse(0) < 0) {
            throw new IllegalArgumentException("retry " + retry.getAsInt() + ": want zero or more");
        }
        if (delay.filter(d -> d.isNegative() || d.compareTo(LONGEST_DELAY) > 0).isPresent()) {
            throw new IllegalArgumentException("delay " + delay.get() + ": want zero to 1 day");
        }
        if (retryAfterMax.filter(Duration::isNegative).isPresent()) {
            throw new IllegalArgumentException("retryAfterMax " + retryAfterMax.get() + ": want zero or more");
        }
    }

    /** The defaults: for as long as it takes, doubling from 100 ms to 30 s. */
    public static RetrySettings defaults() {
        return new RetrySettings(OptionalInt.empty(), Backoff.Growth.EXPONENTIAL, Optional.empty(), Optional.empty());
    }

    /** As said here. */
    RetryPolicy policy(RandomGenerator random) {
        return new LimitedRetries(retry, backoff(random), retryAfterMax.orElse(DEFAULT_RETRY_AFTER_MAX));
    }

    /** With the waits said here, but until the event is taken, whatever the answer. */
    RetryPolicy untilTaken(RandomGenerator random) {
        RetrySettings unlimited = new RetrySettings(OptionalInt.empty(), growth, delay, retryAfterMax);
        return new EndlessRetries(unlimited.policy(random), unlimited.backoff(random));
    }

    private Backoff backoff(RandomGenerator random) {
        Duration first = delay.orElse(DEFAULT_DELAY);
        Duration possible = first.compareTo(SHORTEST_DELAY) < 0 ? SHORTEST_DELAY : first;
        return new Backoff(growth, possible, longest(possible), random);
    }

    /** Who counts the retries and says how they grow has thought of the last; who wants one after the other without end has not. */
    private Duration longest(Duration first) {
        if (retry.isPresent() && delay.isPresent()) {
            return LONGEST_DELAY;
        }
        return first.compareTo(LONG_ENOUGH) < 0 ? LONG_ENOUGH : first;
    }
}
