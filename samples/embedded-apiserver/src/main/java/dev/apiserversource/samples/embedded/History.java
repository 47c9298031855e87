package dev.apiserversource.samples.embedded;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * The newest changes of one kind, by version: what a watch resumes from and what older snapshots are rebuilt from.
 * Bounded by count. Written under the store's lock, read by any thread.
 */
final class History {

    private final ConcurrentSkipListMap<Long, Change> changes = new ConcurrentSkipListMap<>();
    private final int length;
    private int size;
    private volatile long forgottenUpTo;

    History(int length) {
        this.length = length;
    }

    void append(Change change) {
        changes.put(change.version(), change);
        if (++size > length) {
            forgetUpTo(changes.firstKey());
        }
    }

    void forgetUpTo(long version) {
        forgottenUpTo = Math.max(forgottenUpTo, version);
        Map<Long, Change> old = changes.headMap(version, true);
        size -= old.size();
        old.clear();
    }

    /** Every change above this version is known. */
    long oldestVersion() {
        return forgottenUpTo;
    }

    /** The change that follows {@code version}; fails with 410 when some of what followed is forgotten. */
    Optional<Change> after(long version) {
        Map.Entry<Long, Change> next = changes.higherEntry(version);
        requireKnown(version);
        return Optional.ofNullable(next).map(Map.Entry::getValue);
    }

    void requireKnown(long version) {
        if (version < forgottenUpTo) {
            throw ApiException.tooOld(version, forgottenUpTo);
        }
    }

    /** How many changes have happened since {@code version}; counts no further than {@code limit}. */
    int countAfter(long version, int limit) {
        return (int)
                changes.tailMap(version, false).keySet().stream().limit(limit).count();
    }

    /** What must be put back (null: taken away) to turn the present state into that of {@code version}. */
    Map<ObjectKey, @Nullable ObjectNode> undoTo(long version) {
        requireKnown(version);
        Map<ObjectKey, @Nullable ObjectNode> undo = new TreeMap<>();
        changes.tailMap(version, false)
                .descendingMap()
                .values()
                .forEach(change -> undo.put(change.key(), change.before()));
        return undo;
    }
}
