package dev.apiserversource.adapter.checkpoint;

import dev.apiserversource.adapter.state.StreamSnapshot;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The part of a checkpoint that is written each time, in one piece, so that all it says is of one moment. The rest is
 * the {@link Shard}s.
 *
 * @param cluster the identity of the cluster; empty when it could not be read
 * @param written when it was written; {@link #UNKNOWN_TIME} in an older format
 * @param seed of the hash that spreads objects over shards; {@link #NO_SEED} in an older format
 * @param generations for each shard the generation that it must have at least
 * @param streams the streams by their id
 * @param incompleteIndexes the streams of which shards and manifest lack some states
 */
record Manifest(
        String cluster,
        Instant written,
        long seed,
        List<Integer> generations,
        Map<String, StreamSnapshot> streams,
        Set<String> incompleteIndexes) {

    static final long NO_SEED = 0;

    static final Instant UNKNOWN_TIME = Instant.EPOCH;

    /** The same without the resume windows, which only save repeats. */
    Manifest withoutWindows() {
        Map<String, StreamSnapshot> smaller = new LinkedHashMap<>();
        streams.forEach((id, stream) -> smaller.put(id, stream.withoutWindow()));
        return new Manifest(cluster, written, seed, generations, smaller, incompleteIndexes);
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
