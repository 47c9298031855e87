package dev.apiserversource.adapter.checkpoint;

import dev.apiserversource.adapter.state.StreamStates;
import dev.apiserversource.frame.time.Timers;

import java.util.function.Consumer;
import java.util.function.IntConsumer;

/**
 * What the parts of a checkpoint are written from, and where to.
 *
 * @param store receives the parts
 * @param states are written
 * @param meters count the writes
 * @param timers pace the shards
 * @param charge receives the bytes that delay the next write, before they are written
 * @param onFailure receives the failures of writes that no caller waits for
 */
record WriteTarget(
        ConfigMapStore store,
        StreamStates states,
        CheckpointMeters meters,
        Timers timers,
        IntConsumer charge,
        Consumer<Throwable> onFailure) {

    /** A ConfigMap may hold 1 MiB. */
    static final int MAX_PART_BYTES = 1_000_000;
}
