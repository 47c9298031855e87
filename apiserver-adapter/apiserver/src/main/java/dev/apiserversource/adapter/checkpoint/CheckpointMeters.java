package dev.apiserversource.adapter.checkpoint;

import dev.apiserversource.frame.time.Timers;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;

/** The names of all metrics of the checkpoint. */
final class CheckpointMeters {

    private final MeterRegistry registry;
    private final Timers timers;
    private volatile boolean enabled;
    private volatile @Nullable Instant written;

    CheckpointMeters(MeterRegistry registry, Timers timers) {
        this.registry = registry;
        this.timers = timers;
        Gauge.builder("apiserversource.checkpoint.enabled", this, meters -> meters.enabled ? 1 : 0)
                .description("Whether a restart goes on where this process ends")
                .strongReference(true)
                .register(registry);
        Gauge.builder("apiserversource.checkpoint.age.seconds", this, CheckpointMeters::age)
                .description("Time since the checkpoint was last written; NaN before the first time")
                .strongReference(true)
                .register(registry);
    }

    /** Shows how far the marks are behind; to be scraped on the event loop that the ledgers live on. */
    void watch(Ledgers ledgers) {
        Gauge.builder("apiserversource.mark.lag.seconds", ledgers, all -> all.behindSince()
                        .map(this::since)
                        .orElse(0.0))
                .description("For how long a mark has not kept up with what was read")
                .strongReference(true)
                .register(registry);
    }

    private double age() {
        Instant last = written;
        return last == null ? Double.NaN : since(last);
    }

    private double since(Instant then) {
        return Math.max(0, Duration.between(then, timers.now()).toMillis() / 1e3);
    }

    void enabled(boolean works) {
        enabled = works;
    }

    boolean isEnabled() {
        return enabled;
    }

    /** The checkpoint is complete with this. */
    void complete() {
        written = timers.now();
    }

    void wrote(String part, int bytes) {
        registry.counter("apiserversource.checkpoint.writes", "part", part).increment();
        registry.counter("apiserversource.checkpoint.bytes", "part", part).increment(bytes);
    }

    void failed() {
        registry.counter("apiserversource.checkpoint.failures").increment();
    }

    /** What was found could not be used. */
    void ignored(String reason) {
        registry.counter("apiserversource.checkpoint.ignored", "reason", reason).increment();
    }
}
