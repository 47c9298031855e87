package dev.apiserversource.adapter.checkpoint;

import dev.apiserversource.adapter.state.StreamStates;
import dev.apiserversource.frame.time.Timers;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;

/** The metrics of the checkpoint and of the low-water marks. Scraped on the event loop, as everything is read there. */
final class CheckpointMeters {

    private final MeterRegistry registry;
    private final Timers timers;
    private boolean enabled;
    private double fullness;
    /** Readings of {@link Timers#uptime}, as those of the states: a clock that is set back must not hide an age. */
    private @Nullable Instant written;

    CheckpointMeters(MeterRegistry registry, Timers timers, StreamStates states) {
        this.registry = registry;
        this.timers = timers;
        Gauge.builder("apiserversource.checkpoint.enabled", this, meters -> meters.enabled ? 1 : 0)
                .description("Whether a later process resumes where this one ends")
                .strongReference(true)
                .register(registry);
        Gauge.builder("apiserversource.checkpoint.age.seconds", this, CheckpointMeters::age)
                .description("Time since the checkpoint was last written; NaN before the first time")
                .strongReference(true)
                .register(registry);
        Gauge.builder("apiserversource.checkpoint.fullness", this, meters -> meters.fullness)
                .description("The share of what fits into the shards that is used; 1: no more objects fit")
                .strongReference(true)
                .register(registry);
        Gauge.builder("apiserversource.low.watermark.lag.seconds", states, all -> all.laggingSince()
                        .map(this::since)
                        .orElse(0.0))
                .description("For how long a low-water mark has been behind what was read")
                .strongReference(true)
                .register(registry);
    }

    private double age() {
        return written == null ? Double.NaN : since(written);
    }

    private double since(Instant then) {
        return Math.max(0, Duration.between(then, uptime()).toMillis() / 1e3);
    }

    private Instant uptime() {
        return Instant.EPOCH.plus(timers.uptime());
    }

    void enabled(boolean value) {
        enabled = value;
    }

    boolean isEnabled() {
        return enabled;
    }

    /** The manifest was written, and with it the checkpoint. */
    void complete() {
        written = uptime();
    }

    /** The shards use this share of what fits into them. */
    void fullness(double share) {
        fullness = share;
    }

    void wrote(String part, int bytes) {
        registry.counter("apiserversource.checkpoint.writes", "part", part).increment();
        registry.counter("apiserversource.checkpoint.bytes", "part", part).increment(bytes);
    }

    void failed() {
        registry.counter("apiserversource.checkpoint.failures").increment();
    }

    /** The stored checkpoint could not be used. */
    void ignored(String reason) {
        registry.counter("apiserversource.checkpoint.ignored", "reason", reason).increment();
    }
}
