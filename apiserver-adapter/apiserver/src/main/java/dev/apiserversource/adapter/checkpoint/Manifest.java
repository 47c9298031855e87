package dev.apiserversource.adapter.checkpoint;

import dev.apiserversource.adapter.state.StreamSnapshot;
import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The part of a checkpoint that is written each time, in one piece, so that all it says is of one moment. The rest is
 * the {@link Shard}s and the {@link Segment}s of the journal.
 *
 * @param cluster the identity of the cluster; empty when it could not be read
 * @param written when it was written; {@link #UNKNOWN_TIME} in an older format
 * @param parts the shards and segments that belong to it
 * @param streams the streams by their id
 * @param incompleteIndexes the streams of which all parts together lack some states
 */
record Manifest(
        String cluster,
        Instant written,
        Parts parts,
        Map<String, StreamSnapshot> streams,
        Set<String> incompleteIndexes) {

    static final long NO_SEED = 0;

    static final Instant UNKNOWN_TIME = Instant.EPOCH;

    /**
     * The parts that a manifest needs.
     *
     * @param seed of the hash that spreads objects over shards; {@link #NO_SEED} in an older format
     * @param generations for each shard the generation that it must have at least
     * @param journal the segments, oldest first
     */
    record Parts(long seed, List<Integer> generations, List<SegmentName> journal) {}

    /**
     * A segment of the journal.
     *
     * @param number of its ConfigMap
     * @param id different for each segment that was ever written
     */
    record SegmentName(int number, long id) {}

    /** The same without the resume windows, which only save repeats. */
    Manifest withoutWindows() {
        Map<String, StreamSnapshot> smaller = new LinkedHashMap<>();
        streams.forEach((id, stream) -> smaller.put(id, stream.withoutWindow()));
        return new Manifest(cluster, written, parts, smaller, incompleteIndexes);
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

    /**
     * Settled states that are newer than those in the shards.
     *
     * @param id of the segment
     * @param states packed, by the id of the stream and by {@code namespace/name}; null for objects that are deleted
     */
    record Segment(long id, Map<String, Map<String, byte @Nullable []>> states) {}
}
