package dev.apiserversource.frame.delivery;

import java.time.Duration;
import java.util.Optional;

/**
 * The configuration of delivery.
 *
 * @param sink the destination of events
 * @param deadLetterSink the destination of events that the sink did not acknowledge; empty: they are dropped
 * @param retry the number and timing of retries
 * @param namespace the namespace of the source, sent as the header {@code Kn-Namespace}
 * @param timeout the limit for one POST, from asking for a connection to the end of the response; 1 ms to 1 day
 * @param limits the bounds of what is in flight and pending
 */
public record DeliverySettings(
        SinkAddress sink,
        Optional<SinkAddress> deadLetterSink,
        RetrySettings retry,
        String namespace,
        Duration timeout,
        Limits limits) {

    /** The timeout of an attempt where none is configured. */
    public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(30);

    private static final Duration MIN_TIMEOUT = Duration.ofMillis(1);
    private static final Duration MAX_TIMEOUT = Duration.ofDays(1);

    /**
     * Bounds of memory and connections, each more than zero.
     *
     * @param maxInFlight concurrent attempts, and so connections, per sink
     * @param maxPendingEvents pending events at which the dispatcher has no capacity
     * @param maxPendingBytes bytes of pending events, counted as {@link Dispatcher} says, at which it has no capacity
     */
    public record Limits(int maxInFlight, int maxPendingEvents, int maxPendingBytes) {

        /** 100 in flight; 1,000 events and 16 MiB pending. */
        public static final Limits DEFAULT = new Limits(100, 1_000, 16 * 1024 * 1024);

        /**
         * Checks the bounds.
         *
         * @throws IllegalArgumentException when one is not positive
         */
        public Limits {
            requirePositive("maxInFlight", maxInFlight);
            requirePositive("maxPendingEvents", maxPendingEvents);
            requirePositive("maxPendingBytes", maxPendingBytes);
        }

        private static void requirePositive(String name, int value) {
            if (value <= 0) {
                throw new IllegalArgumentException(name + " " + value + ": want more than zero");
            }
        }
    }

    /**
     * Checks the timeout.
     *
     * @throws IllegalArgumentException when it is out of range
     */
    public DeliverySettings {
        if (timeout.compareTo(MIN_TIMEOUT) < 0 || timeout.compareTo(MAX_TIMEOUT) > 0) {
            throw new IllegalArgumentException("timeout " + timeout + ": want 1 ms to 1 day");
        }
    }

    /** As above, with the limits one by one. */
    public DeliverySettings(
            SinkAddress sink,
            Optional<SinkAddress> deadLetterSink,
            RetrySettings retry,
            String namespace,
            Duration timeout,
            int maxInFlight,
            int maxPendingEvents,
            int maxPendingBytes) {
        this(
                sink,
                deadLetterSink,
                retry,
                namespace,
                timeout,
                new Limits(maxInFlight, maxPendingEvents, maxPendingBytes));
    }

    /** Unlimited retries, no dead letter sink, and the default timeout and limits. */
    public static DeliverySettings defaults(SinkAddress sink, String namespace) {
        return new DeliverySettings(
                sink, Optional.empty(), RetrySettings.defaults(), namespace, DEFAULT_TIMEOUT, Limits.DEFAULT);
    }
}
