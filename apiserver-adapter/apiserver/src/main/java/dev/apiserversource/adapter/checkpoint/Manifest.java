package dev.apiserversource.adapter.checkpoint;

import dev.apiserversource.adapter.state.StreamSnapshot;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The part of a checkpoint that is written each time, in one piece, so that all it says is of one moment. The rest is
 * the {@link Shard}s.
 *
 * @param cluster the identity of the cluster; empty when it could not be read
 * @param generations for each shard the generation that it must have at least
 * @param streams the streams by their id
 */
record Manifest(String cluster, List<Integer> generations, Map<String, StreamSnapshot> streams) {

    /** The same without the resume windows, which only save repeats. */
    Manifest withoutWindows() {
        Map<String, StreamSnapshot> smaller = new LinkedHashMap<>();
        streams.forEach((id, stream) -> smaller.put(id, stream.withoutWindow()));
        return new Manifest(cluster, generations, smaller);
    }

    /**
     * A part of the index: the settled states of some objects of each stream.
     *
     * @param generation grows each time that shards are written
     * @param states packed, by the id of the stream
     */
    record Shard(int generation, Map<String, List<byte[]>> states) {

        static Shard empty(int generation) {
            return new Shard(generation, new LinkedHashMap<>());
        }

        void add(String stream, byte[] packed) {
            states.computeIfAbsent(stream, id -> new ArrayList<>()).add(packed);
        }
    }
}
