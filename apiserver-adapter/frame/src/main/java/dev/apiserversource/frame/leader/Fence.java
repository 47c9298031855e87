package dev.apiserversource.frame.leader;

import io.vertx.core.Future;

/** Whether this process may still write the checkpoint, asked when somebody else has written it. */
@FunctionalInterface
public interface Fence {

    /** There is no other process that could be in the right. */
    Fence NONE = () -> Future.succeededFuture(true);

    /** Whether this process alone has the right, as the cluster says at this moment; fails when that cannot be told. */
    Future<Boolean> holds();
}
