package dev.apiserversource.adapter.watch;

import io.micrometer.core.instrument.MeterRegistry;

/** Counts what happens to the streams. */
final class StreamMeters {

    private final MeterRegistry registry;

    StreamMeters(MeterRegistry registry) {
        this.registry = registry;
    }

    /** A stream has to list again. */
    void relisting(String reason) {
        registry.counter("apiserversource.relists", "reason", reason).increment();
    }

    /** A gap was closed. */
    void gapClosed(String reason) {
        registry.counter("apiserversource.gaps", "reason", reason).increment();
    }

    /** A change of a selected object is not emitted, because of the field {@code field}. */
    void leftOut(String field) {
        registry.counter("apiserversource.changes.left.out", "by", field).increment();
    }

    /** An audit of a resumed stream is over. */
    void audited(String result) {
        registry.counter("apiserversource.audits", "result", result).increment();
    }

    /** An object was replayed, and its event is settled. */
    void replayed() {
        registry.counter("apiserversource.replay.objects").increment();
    }

    /** A list or watch has ended and is followed by another. */
    void interrupted(String reason) {
        registry.counter("apiserversource.watch.restarts", "reason", reason).increment();
    }
}
