package dev.apiserversource.adapter.checkpoint;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A part of the index: the settled states of some objects of each stream.
 *
 * @param generation grows each time that shards are written
 * @param states by the stream's key, packed
 */
record Shard(int generation, Map<String, List<byte[]>> states) {

    static Shard empty(int generation) {
        return new Shard(generation, new LinkedHashMap<>());
    }

    void add(String stream, byte[] packed) {
        states.computeIfAbsent(stream, s -> new ArrayList<>()).add(packed);
    }
}
