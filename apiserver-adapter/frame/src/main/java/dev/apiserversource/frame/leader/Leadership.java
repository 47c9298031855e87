package dev.apiserversource.frame.leader;

import dev.apiserversource.frame.delivery.SendPermit;
import io.vertx.core.Future;

import java.util.function.Supplier;

/** Decides when this process works: while it holds a Lease, or always. */
public interface Leadership {

    /** Starts. {@code elected} runs once, when this process becomes the leader. */
    void start(Runnable elected);

    /** The permission to send events. */
    SendPermit sendPermit();

    /** The check before a write that another process may have made invalid. */
    Fence fence();

    LeaderState state();

    /**
     * Resigns: does not become the leader any more, does {@code lastWork}, and lets another process take over.
     *
     * @return completes when that is done, or failed within a few seconds
     */
    Future<Void> resign(Supplier<Future<Void>> lastWork);
}
