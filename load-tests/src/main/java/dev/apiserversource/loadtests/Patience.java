package dev.apiserversource.loadtests;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Waits for facts about other processes, which can only be asked again and again.
 *
 * @param limit how long a fact may take to become true
 */
public record Patience(Duration limit) {

    private static final long BETWEEN_LOOKS_NANOS = 10_000_000;

    /** Patience of {@code seconds}. */
    public static Patience ofSeconds(long seconds) {
        return new Patience(Duration.ofSeconds(seconds));
    }

    /**
     * Returns as soon as {@code fact} holds.
     *
     * @throws AssertionError naming {@code what} when the limit passes first
     */
    public void until(String what, BooleanSupplier fact) {
        until(() -> what, fact);
    }

    /** As {@link #until(String, BooleanSupplier)}, with a description made when it is needed: it may tell how things stand. */
    public void until(Supplier<String> what, BooleanSupplier fact) {
        if (!holdsWithin(fact)) {
            throw new AssertionError("not within " + limit + ": " + what.get());
        }
    }

    /** Whether {@code fact} became true before the limit. */
    public boolean holdsWithin(BooleanSupplier fact) {
        long end = System.nanoTime() + limit.toNanos();
        while (!fact.getAsBoolean()) {
            if (System.nanoTime() > end) {
                return false;
            }
            LockSupport.parkNanos(BETWEEN_LOOKS_NANOS);
        }
        return true;
    }
}
