package dev.apiserversource.frame.delivery;

import java.time.Duration;
import java.util.Optional;

/**
 * What delivery has to be told.
 *
 * @param sink where events are to go
 * @param deadLetterSink where those go that the sink does not take; empty to give them up
 * @param retry how often and when the sink is tried again
 * @param namespace of the source, sent as the header {@code Kn-Namespace}
 * @param attemptTimeout the longest that one POST may take, from asking for a connection to the end of the answer; 1 ms to 1 day
 * @param maxInFlight the most attempts under way at one time, and so the most connections
 * @param maxHeldEvents events that may be held unsettled before the dispatcher has no room
 * @param maxHeldBytes bytes, as {@link Dispatcher} counts them, that may be held before it has no room
 */
public record DeliverySettings(
        SinkAddress sink,
        Optional<SinkAddress> deadLetterSink,
        RetrySettings retry,
        String namespace,
        Duration attemptTimeout,
        int maxInFlight,
        int maxHeldEvents,
        long maxHeldBytes) {

    private static final Duration SHORTEST_TIMEOUT = Duration.ofMillis(1);
    private static final Duration LONGEST_TIMEOUT = Duration.ofDays(1);

    /** Refuses bounds that are not positive and a timeout out of range. */
    public DeliverySettings {
        if (attemptTimeout.compareTo(SHORTEST_TIMEOUT) < 0 || attemptTimeout.compareTo(LONGEST_TIMEOUT) > 0) {
            throw new IllegalArgumentException("attemptTimeout " + attemptTimeout + ": want 1 ms to 1 day");
        }
        requirePositive("maxInFlight", maxInFlight);
        requirePositive("maxHeldEvents", maxHeldEvents);
        requirePositive("maxHeldBytes", maxHeldBytes);
    }

    /** The defaults: no dead letter sink, retried for as long as it takes, 30 s for an attempt, 100 in flight, 1,000 events and 16 MiB held. */
    public static DeliverySettings defaults(SinkAddress sink, String namespace) {
        return new DeliverySettings(
                sink,
                Optional.empty(),
                RetrySettings.defaults(),
                namespace,
                Duration.ofSeconds(30),
                100,
                1_000,
                16L * 1024 * 1024);
    }

    private static void requirePositive(String name, long value) {
        if (value <= 0) {
            throw new IllegalArgumentException(name + " " + value + ": want more than zero");
        }
    }
}
