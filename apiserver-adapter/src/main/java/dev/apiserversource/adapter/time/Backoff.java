package dev.apiserversource.adapter.time;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait before the n-th retry: doubling from {@code first} up to {@code most}, the upper half of each wait left to chance, so
 * that many that failed together do not come back together.
 *
 * @param first the first wait before jitter, more than zero
 * @param most the longest wait, at least {@code first}
 * @param random the source of the jitter
 */
public record Backoff(Duration first, Duration most, RandomGenerator random) {

    private static final int MAX_DOUBLINGS = 30;

    /** Refuses waits that are not positive or not ordered. */
    public Backoff {
        if (first.isNegative() || first.isZero() || most.compareTo(first) < 0) {
            throw new IllegalArgumentException("backoff from " + first + " to " + most + ": want 0 < first <= most");
        }
    }

    /** The wait before retry number {@code retry}, counted from 1: between half and all of {@code min(first * 2^(retry-1), most)}. */
    public Duration before(int retry) {
        long ceiling = ceiling(retry).toNanos();
        return Duration.ofNanos(ceiling - (long) (random.nextDouble() * ceiling / 2));
    }

    private Duration ceiling(int retry) {
        int doublings = Math.max(0, Math.min(retry - 1, MAX_DOUBLINGS));
        Duration doubled = first.multipliedBy(1L << doublings);
        return doubled.compareTo(most) < 0 ? doubled : most;
    }
}
