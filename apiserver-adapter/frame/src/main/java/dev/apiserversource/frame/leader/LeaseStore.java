package dev.apiserversource.frame.leader;

import io.vertx.core.Future;

/** Where the Lease is stored. Futures complete on the event loop; a failure is a {@link LeaseException}. */
interface LeaseStore {

    Future<LeaseRecord> read();

    /**
     * Updates the Lease if it still has {@code resourceVersion}; otherwise fails with a conflict.
     *
     * @return the Lease after the update
     */
    Future<LeaseRecord> write(LeaseRecord.Update update, String resourceVersion);

    /** Closes the connections. */
    void close();

    /** {@link #read}, with an exception as a failure. */
    default Future<LeaseRecord> tryRead() {
        return Future.succeededFuture().compose(start -> read());
    }

    /** {@link #write}, with an exception as a failure. */
    default Future<LeaseRecord> tryWrite(LeaseRecord.Update update, String resourceVersion) {
        return Future.succeededFuture().compose(start -> write(update, resourceVersion));
    }
}
