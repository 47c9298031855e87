package dev.apiserversource.adapter.watch;

import io.micrometer.core.instrument.MeterRegistry;

/** Counts what happens to the streams, and passes on what cannot be mended here. */
final class StreamEvents {

    private final MeterRegistry registry;
    private final Changes changes;

    StreamEvents(MeterRegistry registry, Changes changes) {
        this.registry = registry;
        this.changes = changes;
    }

    /** A stream has to list again. */
    void relisting(String reason) {
        registry.counter("apiserversource.relists", "reason", reason).increment();
    }

    /** A list or watch came to its end and will be followed by another. */
    void interrupted(String reason) {
        registry.counter("apiserversource.watch.restarts", "reason", reason).increment();
    }

    /** A watch cannot be opened. */
    void refused(String why) {
        changes.refused(why);
    }
}
