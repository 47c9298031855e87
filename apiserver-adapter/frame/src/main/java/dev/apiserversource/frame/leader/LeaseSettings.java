package dev.apiserversource.frame.leader;

import java.time.Duration;

/**
 * Which Lease this process competes for, and the times that follow from its duration. For 15 s, the default, they are:
 *
 * <pre>
 *   renewInterval 5 s    retryPeriod 2 s    renewDeadline 13 s    grace 7 s
 * </pre>
 *
 * @param namespace of the Lease
 * @param name of the Lease
 * @param identity of this process among all candidates. A restarted container has the same identity and so takes its
 *     own Lease at once.
 * @param duration after which another process may take a Lease that is not renewed
 * @param required whether this process waits for the right to the Lease, rather than to work without it
 */
public record LeaseSettings(String namespace, String name, String identity, Duration duration, boolean required) {

    public static final Duration DEFAULT_DURATION = Duration.ofSeconds(15);
    public static final Duration MIN_DURATION = Duration.ofSeconds(3);
    public static final Duration MAX_DURATION = Duration.ofMinutes(5);

    /** A Lease that is released is taken within this time, however long its duration is. */
    private static final Duration MAX_RETRY_PERIOD = Duration.ofSeconds(2);

    /** A Lease without which this process does not work. */
    public LeaseSettings(String namespace, String name, String identity, Duration duration) {
        this(namespace, name, identity, duration, true);
    }

    /** Between renewals; short enough for three in a row to fail. */
    Duration renewInterval() {
        return duration.dividedBy(3);
    }

    /** Between reads by a standby, and before a failed renewal is retried. */
    Duration retryPeriod() {
        Duration share = duration.multipliedBy(2).dividedBy(15);
        return share.compareTo(MAX_RETRY_PERIOD) < 0 ? share : MAX_RETRY_PERIOD;
    }

    /**
     * How long after its last renewal began the leader may send. Shorter than the duration by what clocks may differ
     * in speed, and by the time between a look at the clock and the first byte of a request.
     */
    Duration renewDeadline() {
        return duration.minus(retryPeriod());
    }

    /** The time within which a leader renews when the API server is back. */
    Duration grace() {
        return renewInterval().plus(retryPeriod());
    }

    /** Timeout of a request for the Lease; short enough for another attempt in time. */
    Duration requestTimeout() {
        return renewInterval();
    }

    /** Idle timeout of the Lease's connection. It is used more often than this, so an idle one is dead. */
    Duration idleTimeout() {
        return grace().plusSeconds(1);
    }

    /** {@code namespace/name}, for people. */
    String qualifiedName() {
        return namespace + "/" + name;
    }
}
