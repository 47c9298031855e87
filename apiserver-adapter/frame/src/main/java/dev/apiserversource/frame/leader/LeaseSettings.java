package dev.apiserversource.frame.leader;

import java.time.Duration;

/**
 * Which Lease, and how it is dealt with.
 *
 * @param namespace of the Lease
 * @param name of the Lease
 * @param identity of this process among all that want it; a container that is started again has the one it had
 * @param duration after which a Lease that is not renewed may be taken by another; a few seconds at least
 */
public record LeaseSettings(String namespace, String name, String identity, Duration duration) {

    /** Short enough that three renewals may fail one after the other. */
    public Duration renewEvery() {
        return duration.dividedBy(3);
    }

    /** Between looks of a standby, and before an active process tries again to renew. */
    public Duration retryEvery() {
        return duration.multipliedBy(2).dividedBy(15);
    }

    /**
     * How long after the beginning of its last renewal the holder may act. It is shorter than the duration by what clocks may differ in speed, and by what
     * lies between looking at the clock and a request's first byte.
     */
    public Duration sure() {
        return duration.minus(retryEvery());
    }

    /** How long a holder that can reach the API server takes at most to renew, whatever it was waiting for. */
    public Duration grace() {
        return renewEvery().plus(retryEvery());
    }

    /** How long an answer of the API server may take: after that another request may have better luck, in time. */
    public Duration patience() {
        return renewEvery();
    }

    /** After how much silence a connection is dead: the Lease is read or renewed more often than that, so there is none while it lives. */
    public Duration silence() {
        return grace().plusSeconds(1);
    }

    /** For people. */
    public String text() {
        return namespace + "/" + name;
    }
}
