package dev.apiserversource.adapter.watch;

import dev.apiserversource.adapter.model.Gap;
import dev.apiserversource.adapter.model.WatchTarget;
import io.micrometer.core.instrument.MeterRegistry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts what happens to the streams, and passes on what cannot be mended here. */
final class StreamMeters {

    private static final Logger log = LoggerFactory.getLogger(StreamMeters.class);

    private final MeterRegistry registry;
    private final ChangeListener changes;

    StreamMeters(MeterRegistry registry, ChangeListener changes) {
        this.registry = registry;
        this.changes = changes;
    }

    /** A stream has to list again. */
    void relisting(String reason) {
        registry.counter("apiserversource.relists", "reason", reason).increment();
    }

    /** A stream follows its target again; what happened in between was found by comparing. */
    void closed(WatchTarget target, Gap gap) {
        registry.counter("apiserversource.gaps", "reason", gap.reason()).increment();
        log.atWarn()
                .addKeyValue("stream", target.id())
                .addKeyValue("reason", gap.reason())
                .addKeyValue("from", gap.from())
                .addKeyValue("to", gap.to())
                .addKeyValue("adds", gap.adds())
                .addKeyValue("updates", gap.updates())
                .addKeyValue("deletes", gap.deletes())
                .log("gap closed: the last states and deletes are known, states in between may have been missed");
        changes.missed(target, gap);
    }

    /** An earlier process has closed a gap, and did not live to hear that this was settled. */
    void closedEarlier(WatchTarget target, Gap gap) {
        changes.missed(target, gap);
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
