package dev.apiserversource.adapter;

import dev.apiserversource.adapter.checkpoint.Fence;
import dev.apiserversource.adapter.delivery.Gate;
import dev.apiserversource.adapter.lease.Election;
import dev.apiserversource.adapter.lease.Standing;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;

import java.util.function.Supplier;

/** Whether this process is the one that works: always, or by a Lease. */
interface Activity {

    /** Where processes that stand by for this one connect to. */
    String PATH = Election.PATH;

    /** Begins; {@code active} is run once, when this process is to work. */
    void start(int probesPort, Runnable active);

    /** Whether it may send events at this moment. */
    Gate gate();

    /** Whether it may write what others have written. */
    Fence fence();

    /** Where this process stands. */
    Standing standing();

    /** Answers a request to {@link #PATH}. */
    void answer(HttpServerRequest request);

    /** Takes the work over no more; does {@code lastWork}, and hands it over. */
    Future<Void> leave(Supplier<Future<Void>> lastWork);
}
