package dev.apiserversource.adapter.watch;

import dev.apiserversource.adapter.model.ObjectState;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Objects that the sink may have been told of by an earlier process which did not live to hear the answer. A list that does not show them
 * has to be taken for their deletion, although the index does not know them.
 */
final class Doubts {

    private final Map<String, List<ObjectState>> byKey = new LinkedHashMap<>();

    void add(byte[] packed) {
        byKey.computeIfAbsent(ObjectState.key(packed), k -> new ArrayList<>()).add(ObjectState.unpack(packed));
    }

    /** Those of that name, which are no longer kept here. */
    List<ObjectState> take(String namespace, String name) {
        if (byKey.isEmpty()) {
            return List.of();
        }
        @Nullable List<ObjectState> taken = byKey.remove(namespace + "/" + name);
        return taken == null ? List.of() : taken;
    }

    /** All that are left, which are no longer kept here. */
    List<ObjectState> takeAll() {
        List<ObjectState> taken = byKey.values().stream().flatMap(List::stream).toList();
        clear();
        return taken;
    }

    void clear() {
        byKey.clear();
    }
}
