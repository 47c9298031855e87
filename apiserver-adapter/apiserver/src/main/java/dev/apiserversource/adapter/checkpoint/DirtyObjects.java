package dev.apiserversource.adapter.checkpoint;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** Which objects have another settled state than the shards say. Bounded: beyond its limit it says "all of them". */
final class DirtyObjects {

    /** Is told that there is something to write. */
    interface Listener {

        /** A state has changed. */
        void changed();

        /** Only a position has moved. */
        void moved();
    }

    /** What a journal held; {@code all} when it does not say which objects. */
    record Content(boolean all, Map<StreamState, Set<String>> objects) {}

    private final int limit;
    private final Listener listener;
    private Map<StreamState, Set<String>> objects = new LinkedHashMap<>();
    private int size;
    private boolean all;

    DirtyObjects(int limit, Listener listener) {
        this.limit = limit;
        this.listener = listener;
    }

    void add(StreamState stream, String object) {
        if (!all && objects.computeIfAbsent(stream, s -> new LinkedHashSet<>()).add(object) && ++size > limit) {
            forgetWhich();
        }
        listener.changed();
    }

    /** Whatever is stored is to be written anew. */
    void addAll() {
        forgetWhich();
        listener.changed();
    }

    /** Something has changed besides the states. */
    void noted() {
        listener.changed();
    }

    void moved() {
        listener.moved();
    }

    boolean isAll() {
        return all;
    }

    Map<StreamState, Set<String>> objects() {
        return objects;
    }

    /** Empties the journal. */
    Content take() {
        Content content = new Content(all, objects);
        objects = new LinkedHashMap<>();
        size = 0;
        all = false;
        return content;
    }

    /** Puts back what could not be written. */
    void restore(Content content) {
        if (content.all()) {
            addAll();
        }
        content.objects().forEach((stream, keys) -> keys.forEach(key -> add(stream, key)));
    }

    private void forgetWhich() {
        all = true;
        objects = new LinkedHashMap<>();
        size = 0;
    }
}
