package dev.apiserversource.frame.delivery;

import dev.apiserversource.frame.time.Backoff;

import java.util.Optional;

/**
 * Repeats until the event is taken: as {@code usual} where that repeats, and after the longest wait of {@code backoff} where it would not,
 * because what was refused is hardly taken a moment later.
 */
record EndlessRetries(RetryPolicy usual, Backoff backoff) implements RetryPolicy {

    @Override
    public Optional<Pause> pauseAfter(int failures, Throwable failure) {
        return usual.pauseAfter(failures, failure).or(() -> Optional.of(new Pause(backoff.longest(), false)));
    }
}
