package dev.apiserversource.samples.embedded;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/** All objects of one kind and their recent history. Trees that are in here are never changed, only replaced. */
final class ObjectCollection {

    private final NavigableMap<ObjectKey, ObjectNode> objects = new TreeMap<>();
    private final History history;

    ObjectCollection(int historyLength) {
        this.history = new History(historyLength);
    }

    History history() {
        return history;
    }

    Optional<ObjectNode> find(ObjectKey key) {
        return Optional.ofNullable(objects.get(key));
    }

    void apply(Change change) {
        replace(objects, change.key(), change.after());
        history.append(change);
    }

    /** The state as it was at {@code version}; fails with 410 when that is too long ago. */
    NavigableMap<ObjectKey, ObjectNode> at(long version) {
        NavigableMap<ObjectKey, ObjectNode> then = new TreeMap<>(objects);
        Map<ObjectKey, @Nullable ObjectNode> undo = history.undoTo(version);
        undo.forEach((key, before) -> replace(then, key, before));
        return then;
    }

    private static void replace(Map<ObjectKey, ObjectNode> map, ObjectKey key, @Nullable ObjectNode object) {
        if (object == null) {
            map.remove(key);
        } else {
            map.put(key, object);
        }
    }
}
