package dev.apiserversource.samples.embedded.store;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * The objects of one kind and their newest changes, from which watches resume and older snapshots are rebuilt. Trees in
 * here are replaced, never modified. Written under the store's lock; {@link #changeAfter} and {@link #countAfter} are
 * safe on any thread.
 */
final class ObjectCollection {

    private final NavigableMap<ObjectKey, ObjectNode> objects = new TreeMap<>();
    private final ConcurrentSkipListMap<Long, Change> history = new ConcurrentSkipListMap<>();
    private final int historyLength;
    private int historySize;
    private volatile long compactedVersion;

    ObjectCollection(int historyLength) {
        this.historyLength = historyLength;
    }

    Optional<ObjectNode> find(ObjectKey key) {
        return Optional.ofNullable(objects.get(key));
    }

    void apply(Change change) {
        replace(objects, change.key(), change.after());
        history.put(change.version(), change);
        if (++historySize > historyLength) {
            compact(history.firstKey());
        }
    }

    /** Drops the history up to and including {@code version}. */
    void compact(long version) {
        compactedVersion = Math.max(compactedVersion, version);
        Map<Long, Change> old = history.headMap(version, true);
        historySize -= old.size();
        old.clear();
    }

    /** The first change after {@code version}; 410 when history starts later. */
    Optional<Change> changeAfter(long version) {
        // Read before the check: a compaction in between must not hide a change.
        Map.Entry<Long, Change> next = history.higherEntry(version);
        requireHistory(version);
        return Optional.ofNullable(next).map(Map.Entry::getValue);
    }

    /** Fails with 410 when a change after {@code version} has been compacted. */
    void requireHistory(long version) {
        if (version < compactedVersion) {
            throw ApiException.tooOld(version, compactedVersion);
        }
    }

    /** The number of changes after {@code version}, counted up to {@code limit}. */
    int countAfter(long version, int limit) {
        return (int)
                history.tailMap(version, false).keySet().stream().limit(limit).count();
    }

    /** The objects at {@code version}; 410 when history starts later. */
    NavigableMap<ObjectKey, ObjectNode> at(long version) {
        requireHistory(version);
        NavigableMap<ObjectKey, ObjectNode> snapshot = new TreeMap<>(objects);
        history.tailMap(version, false)
                .descendingMap()
                .values()
                .forEach(change -> replace(snapshot, change.key(), change.before()));
        return snapshot;
    }

    private static void replace(Map<ObjectKey, ObjectNode> map, ObjectKey key, @Nullable ObjectNode object) {
        if (object == null) {
            map.remove(key);
        } else {
            map.put(key, object);
        }
    }
}
