package dev.apiserversource.frame.leader;

import java.time.Duration;
import java.util.Optional;

/**
 * A Lease as it was read.
 *
 * @param uid of the object; another one means that it was deleted and made anew
 * @param version its resourceVersion
 * @param holder identity; empty when it is free
 * @param address where the holder answers, {@code host:port}; empty when it does not say
 * @param transitions how often the holder has changed
 * @param renewed when it was renewed, by the holder's clock: compared, and never reckoned with
 * @param duration that the holder has promised to renew it within
 */
public record LeaseRecord(
        String uid,
        String version,
        String holder,
        Optional<String> address,
        int transitions,
        String renewed,
        Duration duration) {

    public boolean isFree() {
        return holder.isEmpty();
    }

    /** Whether nobody else can have had it between the two. */
    public boolean sameTenure(LeaseRecord other) {
        return uid.equals(other.uid) && holder.equals(other.holder) && transitions == other.transitions;
    }

    /** Whether it was not renewed between the two. */
    public boolean sameTerm(LeaseRecord other) {
        return sameTenure(other) && renewed.equals(other.renewed);
    }
}
