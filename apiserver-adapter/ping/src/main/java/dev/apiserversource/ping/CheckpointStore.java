package dev.apiserversource.ping;

import io.vertx.core.Future;

import java.util.Optional;

/** Where the checkpoint is kept. Futures complete on the event loop. */
interface CheckpointStore {

    /** The checkpoint; empty when none is stored, or none that can be decoded. */
    Future<Optional<Checkpoint>> read();

    /** Replaces what this process has read or written. Fails when another process has become the leader. */
    Future<Void> write(Checkpoint checkpoint);
}
