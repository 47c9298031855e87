package dev.apiserversource.frame.leader;

import io.vertx.core.Future;

/**
 * Asks the cluster whether this process is the leader. Used when another process may have written what only the leader
 * writes.
 */
@FunctionalInterface
public interface Fence {

    /** For a process without standby: it is always the leader. */
    Fence NONE = () -> Future.succeededFuture(true);

    /**
     * Reads the Lease.
     *
     * @return whether this process is the leader; fails when the Lease cannot be read
     */
    Future<Boolean> holds();

    /** Whether another process, or an earlier run of this one, has held the Lease before; false without a Lease. */
    default boolean hasPredecessor() {
        return false;
    }
}
