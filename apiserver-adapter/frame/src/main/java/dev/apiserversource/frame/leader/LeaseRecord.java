package dev.apiserversource.frame.leader;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;

/**
 * A Lease (coordination.k8s.io/v1) as it was read.
 *
 * @param uid of the object; another one means that the Lease was deleted and recreated
 * @param resourceVersion names this state in a conditional write
 * @param holder identity of the leader; empty when the Lease is free
 * @param transitions how often the holder has changed
 * @param renewTime by the holder's clock, as text: only compared for equality, because clocks differ
 * @param duration within which the holder renews
 */
record LeaseRecord(
        String uid, String resourceVersion, String holder, int transitions, String renewTime, Duration duration) {

    /**
     * What to write into a Lease.
     *
     * @param holder identity; empty to release the Lease
     * @param transitions how often the holder has changed, this write included
     * @param acquireTime since when the holder has the Lease; null to leave it unchanged
     * @param renewTime now
     * @param duration within which the holder renews
     */
    record Update(
            String holder, int transitions, @Nullable Instant acquireTime, Instant renewTime, Duration duration) {}

    boolean isFree() {
        return holder.isEmpty();
    }

    /** Whether no other process can have held the Lease between the two reads. */
    boolean sameTerm(LeaseRecord other) {
        return uid.equals(other.uid) && holder.equals(other.holder) && transitions == other.transitions;
    }

    /** Whether the Lease was not renewed between the two reads. */
    boolean sameRenewal(LeaseRecord other) {
        return sameTerm(other) && renewTime.equals(other.renewTime);
    }
}
