package dev.apiserversource.adapter.watch;

import dev.apiserversource.adapter.kube.WatchFailure;
import dev.apiserversource.adapter.model.Change;
import dev.apiserversource.adapter.model.Gap;
import dev.apiserversource.adapter.model.ResourceVersions;
import dev.apiserversource.adapter.model.WatchTarget;
import dev.apiserversource.adapter.state.StreamState;
import dev.apiserversource.frame.time.Timers;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;

/**
 * The gap of one stream, from the loss of its position to the end of the list that closes it. Counts the changes that
 * the comparison finds meanwhile, and emits the gap when it is closed.
 *
 * <p>A lost position is no gap when the stream was watching until a moment before the list, and the comparison finds
 * nothing. This happens to quiet streams without bookmarks, whose position is older than the history.
 */
final class GapTracker {

    private static final String RESET = "reset";

    /** The comparison cannot find the deletions of objects that the index lacks. */
    private static final String INCOMPLETE_INDEX = "incomplete_index";

    /** A watch that was open for shorter may have been from a position without history. */
    private static final Duration MIN_WATCH = Duration.ofSeconds(10);

    /** Longest time between the end of a watch and a list that is no gap. Waits for jitter and a permit fit in. */
    private static final Duration MAX_PAUSE = Duration.ofSeconds(10);

    private static final Logger log = LoggerFactory.getLogger(GapTracker.class);

    private final WatchTarget target;
    private final StreamState state;
    private final StreamMeters meters;
    private final ChangeListener changes;
    private final Timers timers;
    private final Map<Change.Kind, Integer> found = new EnumMap<>(Change.Kind.class);
    private boolean open;
    private String reason = "";
    private String from = "";
    private @Nullable Duration openedAt;
    private @Nullable Duration watchedUntil;
    private boolean seamless;
    private boolean indexComplete = true;

    GapTracker(WatchTarget target, StreamState state, StreamMeters meters, ChangeListener changes, Timers timers) {
        this.target = target;
        this.state = state;
        this.meters = meters;
        this.changes = changes;
        this.timers = timers;
    }

    /**
     * Continues where an earlier process ended: emits the gaps it did not settle, and opens the one it did not close.
     */
    void resume() {
        state.unsettledGaps().forEach(gap -> changes.onGap(target, gap, state.add(gap)));
        if (state.position().isEmpty()) {
            open(state.gapReason(), state.gapFrom());
        }
    }

    /** Starts without a stored state. What an earlier process of the source stored of it may be lost. */
    void start() {
        if (!state.firstList().gap().isEmpty()) {
            open(state.firstList().gap(), "");
        }
    }

    /** A watch is open. */
    void watchOpened() {
        openedAt = timers.uptime();
    }

    /** The list or watch has ended. */
    void ended(WatchFailure failure) {
        boolean aliveUntilNow =
                failure.cause() == WatchFailure.Cause.ENDED || failure.cause() == WatchFailure.Cause.CUT;
        if (aliveUntilNow && openedAt != null && since(openedAt).compareTo(MIN_WATCH) >= 0) {
            watchedUntil = timers.uptime();
        }
        openedAt = null;
    }

    /** Whether the stream was watching until a moment ago, so that a list is likely to find nothing. */
    boolean watchedUntilNow() {
        return watchedUntil != null && since(watchedUntil).compareTo(MAX_PAUSE) <= 0;
    }

    private Duration since(Duration start) {
        return timers.uptime().minus(start);
    }

    /** A list begins. */
    void listing() {
        seamless = watchedUntilNow();
        indexComplete = state.isIndexComplete();
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
        if (!open) {
            return;
        }
        open = false;
        Gap gap = gap(to);
        if (seamless && indexComplete && found.isEmpty() && !gap.reason().equals(RESET)) {
            logged(Level.INFO, gap).log("relisted, nothing was missed");
        } else {
            emit(gap);
        }
    }

    private Gap gap(String to) {
        // A list that shows an older state than was read before: etcd was restored from a backup.
        String cause = ResourceVersions.isOlder(to, from) ? RESET : indexComplete ? reason : INCOMPLETE_INDEX;
        return new Gap(
                cause, from, to, found(Change.Kind.ADDED), found(Change.Kind.MODIFIED), found(Change.Kind.DELETED));
    }

    private int found(Change.Kind kind) {
        return found.getOrDefault(kind, 0);
    }

    private void emit(Gap gap) {
        meters.gapClosed(gap.reason());
        logged(Level.WARN, gap)
                .addKeyValue("adds", gap.adds())
                .addKeyValue("updates", gap.updates())
                .addKeyValue("deletes", gap.deletes())
                .log("gap closed");
        changes.onGap(target, gap, state.add(gap));
    }

    private LoggingEventBuilder logged(Level level, Gap gap) {
        return log.atLevel(level)
                .addKeyValue("stream", target.id())
                .addKeyValue("reason", gap.reason())
                .addKeyValue("from", gap.from())
                .addKeyValue("to", gap.to());
    }
}
