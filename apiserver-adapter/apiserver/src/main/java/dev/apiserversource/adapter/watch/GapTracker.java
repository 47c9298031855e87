package dev.apiserversource.adapter.watch;

import dev.apiserversource.adapter.model.Change;
import dev.apiserversource.adapter.model.Gap;
import dev.apiserversource.adapter.model.ResourceVersions;
import dev.apiserversource.adapter.model.WatchTarget;
import dev.apiserversource.adapter.state.StreamState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.EnumMap;
import java.util.Map;

/**
 * The gap of one stream, from the loss of its position to the end of the list that closes it. Counts the changes that
 * the comparison finds meanwhile, and emits the gap when it is closed.
 */
final class GapTracker {

    private static final Logger log = LoggerFactory.getLogger(GapTracker.class);

    private final WatchTarget target;
    private final StreamState state;
    private final StreamMeters meters;
    private final ChangeListener changes;
    private final Map<Change.Kind, Integer> found = new EnumMap<>(Change.Kind.class);
    private boolean open;
    private String reason = "";
    private String from = "";

    GapTracker(WatchTarget target, StreamState state, StreamMeters meters, ChangeListener changes) {
        this.target = target;
        this.state = state;
        this.meters = meters;
        this.changes = changes;
    }

    /**
     * Continues where an earlier process ended: emits the gaps it did not settle, and opens the one it did not close.
     */
    void resume() {
        state.unsettledGaps().forEach(gap -> changes.onGap(target, gap, state.add(gap)));
        if (state.position().isEmpty()) {
            open("unfinished", state.gapFrom());
        }
    }

    boolean isOpen() {
        return open;
    }

    /** The stream cannot be resumed from {@code from}, which is empty when unknown, and has to list. */
    void open(String why, String start) {
        open = true;
        reason = why;
        from = start;
        found.clear();
        meters.relisting(why);
    }

    /** The comparison found a change, which was emitted. */
    void count(Change.Kind kind) {
        if (open) {
            found.merge(kind, 1, Integer::sum);
        }
    }

    /** A list that shows the state at {@code to} is complete, and all changes it led to were emitted. */
    void close(String to) {
        if (open) {
            open = false;
            emit(gap(to));
        }
    }

    private Gap gap(String to) {
        // A list that shows an older state than was read before: etcd was restored from a backup.
        String cause = ResourceVersions.isOlder(to, from) ? "reset" : reason;
        return new Gap(
                cause, from, to, found(Change.Kind.ADDED), found(Change.Kind.MODIFIED), found(Change.Kind.DELETED));
    }

    private int found(Change.Kind kind) {
        return found.getOrDefault(kind, 0);
    }

    private void emit(Gap gap) {
        meters.gapClosed(gap.reason());
        log.atWarn()
                .addKeyValue("stream", target.id())
                .addKeyValue("reason", gap.reason())
                .addKeyValue("from", gap.from())
                .addKeyValue("to", gap.to())
                .addKeyValue("adds", gap.adds())
                .addKeyValue("updates", gap.updates())
                .addKeyValue("deletes", gap.deletes())
                .log("gap closed");
        changes.onGap(target, gap, state.add(gap));
    }
}
