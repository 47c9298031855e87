package dev.apiserversource.frame.time;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait before the n-th retry: growing from {@code first} up to {@code most}, the upper half of each wait left to chance, so
 * that many that failed together do not come back together.
 *
 * @param growth how one wait follows from the one before
 * @param first the first wait before jitter, more than zero
 * @param most the longest wait, at least {@code first}
 * @param random the source of the jitter
 */
public record Backoff(Growth growth, Duration first, Duration most, RandomGenerator random) {

    private static final int MAX_DOUBLINGS = 30;

    /** How waits grow. */
    public enum Growth {

        /** Each wait is longer by the first. */
        LINEAR,

        /** Each wait is twice the one before. */
        EXPONENTIAL;

        private long factor(int retry) {
            return this == LINEAR ? Math.max(1, retry) : 1L << Math.max(0, Math.min(retry - 1, MAX_DOUBLINGS));
        }
    }

    /** Refuses waits that are not positive or not ordered. */
    public Backoff {
        if (first.isNegative() || first.isZero() || most.compareTo(first) < 0) {
            throw new IllegalArgumentException("backoff from " + first + " to " + most + ": want 0 < first <= most");
        }
    }

    /** Doubling waits. */
    public Backoff(Duration first, Duration most, RandomGenerator random) {
        this(Growth.EXPONENTIAL, first, most, random);
    }

    /**
     * The wait before retry number {@code retry}, counted from 1: between half and all of {@code min(f, most)}, where {@code f} is {@code
     * first * retry} or {@code first * 2^(retry-1)}.
     */
    public Duration before(int retry) {
        Duration grown = first.multipliedBy(growth.factor(retry));
        return jittered(grown.compareTo(most) < 0 ? grown : most);
    }

    /** The wait that the others grow to: between half and all of {@code most}. */
    public Duration longest() {
        return jittered(most);
    }

    private Duration jittered(Duration ceiling) {
        long nanos = ceiling.toNanos();
        return Duration.ofNanos(nanos - (long) (random.nextDouble() * nanos / 2));
    }
}
