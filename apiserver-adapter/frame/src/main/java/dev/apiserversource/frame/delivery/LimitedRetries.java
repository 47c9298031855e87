package dev.apiserversource.frame.delivery;

import dev.apiserversource.frame.time.Backoff;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Repeats what is worth it, {@code most} times or, if that is empty, for as long as it takes. The wait is the longer of the backoff and
 * of what the sink asked for by {@code Retry-After}, of which no more than {@code mostRetryAfter} is granted.
 */
record LimitedRetries(OptionalInt most, Backoff backoff, Duration mostRetryAfter) implements RetryPolicy {

    @Override
    public Optional<Pause> pauseAfter(int failures, Throwable failure) {
        boolean usedUp = most.isPresent() && failures > most.getAsInt();
        return !usedUp && failure instanceof DeliveryException answer && answer.isRetryable()
                ? Optional.of(pause(failures, answer))
                : Optional.empty();
    }

    private Pause pause(int failures, DeliveryException answer) {
        Duration own = backoff.before(failures);
        Duration granted = answer.retryAfter().map(this::granted).orElse(Duration.ZERO);
        boolean asked = answer.retryAfter().isPresent() && !mostRetryAfter.isZero();
        return new Pause(own.compareTo(granted) < 0 ? granted : own, !asked);
    }

    private Duration granted(Duration asked) {
        return asked.compareTo(mostRetryAfter) < 0 ? asked : mostRetryAfter;
    }
}
