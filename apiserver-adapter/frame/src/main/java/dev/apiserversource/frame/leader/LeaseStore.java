package dev.apiserversource.frame.leader;

import io.vertx.core.Future;

/** The Lease, wherever it lies. Futures complete on the event loop, and fail with {@link LeaseException}. */
public interface LeaseStore {

    /** The Lease as it is at this moment. */
    Future<LeaseRecord> read();

    /** Writes the Lease, if it is still of that version; answers what it became. */
    Future<LeaseRecord> write(LeaseUpdate claim, String version);
}
