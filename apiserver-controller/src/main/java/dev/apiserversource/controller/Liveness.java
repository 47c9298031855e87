package dev.apiserversource.controller;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Decides whether a restart of the process would help: informers that do not run, or reconciliations that never finish.
 * An API server that cannot be reached is neither, since informers then reconnect and reconciliations fail.
 */
final class Liveness {

    /** Longer than the first list of an informer may take, which java-operator-sdk limits to two minutes. */
    static final Duration MAX_UNHEALTHY = Duration.ofMinutes(5);

    /** Longer than all retries of a request that gets no response, which take about four minutes. */
    static final Duration MAX_STALL = Duration.ofMinutes(15);

    private final LongSupplier nanoTime;
    private int running;
    private long lastProgress;
    private @Nullable Long unhealthySince;

    /** Measures durations by {@code nanoTime}. */
    Liveness(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    synchronized void reconciliationStarted() {
        if (running++ == 0) {
            lastProgress = nanoTime.getAsLong();
        }
    }

    synchronized void reconciliationFinished() {
        running--;
        lastProgress = nanoTime.getAsLong();
    }

    /**
     * Why the process should be restarted; empty for a live one. To be called regularly.
     *
     * @param unhealthyInformers those that do not run, or have not listed their objects yet
     */
    synchronized Optional<String> problem(Collection<String> unhealthyInformers) {
        long now = nanoTime.getAsLong();
        if (unhealthyInformers.isEmpty()) {
            unhealthySince = null;
        } else if (unhealthySince == null) {
            unhealthySince = now;
        }
        if (running > 0 && now - lastProgress > MAX_STALL.toNanos()) {
            return Optional.of(running + " reconciliations are running, and none has finished for " + MAX_STALL);
        }
        return unhealthySince != null && now - unhealthySince > MAX_UNHEALTHY.toNanos()
                ? Optional.of(
                        "informers not running for " + MAX_UNHEALTHY + ": " + String.join(", ", unhealthyInformers))
                : Optional.empty();
    }
}
