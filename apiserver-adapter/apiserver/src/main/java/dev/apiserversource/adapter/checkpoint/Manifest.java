package dev.apiserversource.adapter.checkpoint;

import dev.apiserversource.adapter.model.Gap;
import dev.apiserversource.adapter.watch.Memory;
import dev.apiserversource.adapter.watch.Replay;
import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Map;

/**
 * The part of a checkpoint that is written each time, in one piece: what it says holds together.
 *
 * @param cluster the identity of the cluster; empty when it could not be read
 * @param generations for each shard the generation that it must have at least
 * @param streams the streams
 */
record Manifest(String cluster, List<Integer> generations, List<Stream> streams) {

    /**
     * One stream.
     *
     * @param key which stream
     * @param mark where to go on; empty to list and compare
     * @param readUpTo how far it had been read
     * @param unsettled objects with unsettled changes, each with the resourceVersion that it is settled up to
     * @param doubtful objects without a settled state that the sink may have been told of, packed
     * @param changed the settled states that are newer than those of the shards, packed; null for objects that are gone
     * @param gapFrom without a mark: where the gap began that is to be closed; empty when nobody knows
     * @param untold gaps that were closed and are not settled
     */
    record Stream(
            String key,
            String mark,
            String readUpTo,
            Map<String, String> unsettled,
            List<byte[]> doubtful,
            Map<String, byte @Nullable []> changed,
            String gapFrom,
            List<Gap> untold) {

        /** Where a later process goes on. */
        Memory.Resumption resumption() {
            return new Memory.Resumption(mark, new Replay(readUpTo, unsettled), doubtful, gapFrom, untold);
        }

        /** The same without what only saves repeats, for when that grows too large. */
        Stream withoutReplay() {
            return new Stream(key, mark, "", Map.of(), doubtful, changed, gapFrom, untold);
        }
    }
}
