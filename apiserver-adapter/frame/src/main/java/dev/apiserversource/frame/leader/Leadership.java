package dev.apiserversource.frame.leader;

import dev.apiserversource.frame.delivery.SendPermit;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;

import java.util.function.Supplier;

/** Whether this process is the one that works: always, or by a Lease. */
public interface Leadership {

    /** Where processes that stand by for this one connect to. */
    String PATH = LeaderElection.PATH;

    /** Begins; {@code active} is run once, when this process is to work. */
    void start(int probesPort, Runnable active);

    /** Whether it may send events at this moment. */
    SendPermit gate();

    /** Whether it may write what others have written. */
    Fence fence();

    /** Where this process stands. */
    LeaderState standing();

    /** Answers a request to {@link #PATH}. */
    void answer(HttpServerRequest request);

    /** Takes the work over no more; does {@code lastWork}, and hands it over. */
    Future<Void> leave(Supplier<Future<Void>> lastWork);
}
