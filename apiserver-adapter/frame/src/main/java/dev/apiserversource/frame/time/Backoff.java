package dev.apiserversource.frame.time;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * The wait before each retry, growing from {@code delay} to {@code max}. The upper half of each wait is random, so that
 * what failed at the same time is not retried at the same time.
 *
 * @param growth how the waits grow
 * @param delay the first wait before jitter, more than zero
 * @param max the longest wait, at least {@code delay}
 * @param random the source of jitter
 */
public record Backoff(Growth growth, Duration delay, Duration max, RandomGenerator random) {

    private static final int MAX_DOUBLINGS = 30;

    /** How waits grow. */
    public enum Growth {

        /** The n-th wait is n times the delay. */
        LINEAR,

        /** Each wait is twice the one before. */
        EXPONENTIAL;

        private long factor(int retry) {
            return this == LINEAR ? Math.max(1, retry) : 1L << Math.max(0, Math.min(retry - 1, MAX_DOUBLINGS));
        }
    }

    /**
     * Checks the waits.
     *
     * @throws IllegalArgumentException when they are not positive or not ordered
     */
    public Backoff {
        if (delay.isNegative() || delay.isZero() || max.compareTo(delay) < 0) {
            throw new IllegalArgumentException("backoff from " + delay + " to " + max + ": want 0 < delay <= max");
        }
    }

    /** Doubling waits. */
    public Backoff(Duration delay, Duration max, RandomGenerator random) {
        this(Growth.EXPONENTIAL, delay, max, random);
    }

    /**
     * The wait before retry number {@code retry}, counted from 1. It is between half and all of {@code min(w, max)},
     * where {@code w} is {@code delay * retry} or {@code delay * 2^(retry-1)}.
     */
    public Duration before(int retry) {
        Duration grown = delay.multipliedBy(growth.factor(retry));
        return jittered(grown.compareTo(max) < 0 ? grown : max);
    }

    /** A wait between half and all of {@code max}. */
    public Duration longest() {
        return jittered(max);
    }

    private Duration jittered(Duration ceiling) {
        long nanos = ceiling.toNanos();
        return Duration.ofNanos(nanos - (long) (random.nextDouble() * nanos / 2));
    }
}
