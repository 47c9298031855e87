package dev.apiserversource.adapter.delivery;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/**
 * What delivery has to be told.
 *
 * @param sink absolute http or https URL that events are POSTed to
 * @param caCerts PEM certificates trusted for an https sink, in addition to the system's
 * @param namespace of the source, sent as the header {@code Kn-Namespace}
 * @param attemptTimeout the longest that one POST may take, from asking for a connection to the end of the answer; 1 ms to 1 day
 * @param maxInFlight the most attempts under way at one time, and so the most connections
 * @param maxHeldEvents events that may be held unsettled before the dispatcher has no room
 * @param maxHeldBytes bytes, as {@link Dispatcher} counts them, that may be held before it has no room
 */
public record DeliverySettings(
        URI sink,
        Optional<String> caCerts,
        String namespace,
        Duration attemptTimeout,
        int maxInFlight,
        int maxHeldEvents,
        long maxHeldBytes) {

    private static final Duration SHORTEST_TIMEOUT = Duration.ofMillis(1);
    private static final Duration LONGEST_TIMEOUT = Duration.ofDays(1);

    /** Refuses bounds that are not positive, a timeout out of range and a sink that is not an absolute http or https URL. */
    public DeliverySettings {
        if (attemptTimeout.compareTo(SHORTEST_TIMEOUT) < 0 || attemptTimeout.compareTo(LONGEST_TIMEOUT) > 0) {
            throw new IllegalArgumentException("attemptTimeout " + attemptTimeout + ": want 1 ms to 1 day");
        }
        requirePositive("maxInFlight", maxInFlight);
        requirePositive("maxHeldEvents", maxHeldEvents);
        requirePositive("maxHeldBytes", maxHeldBytes);
        if (sink.getHost() == null || !(isHttps(sink) || "http".equalsIgnoreCase(sink.getScheme()))) {
            throw new IllegalArgumentException("sink " + sink + ": want an absolute http or https URL");
        }
    }

    /** The defaults: 30 s for an attempt, 100 in flight, 1,000 events and 16 MiB held, the system's certificates only. */
    public static DeliverySettings defaults(URI sink, String namespace) {
        return new DeliverySettings(
                sink, Optional.empty(), namespace, Duration.ofSeconds(30), 100, 1_000, 16L * 1024 * 1024);
    }

    boolean tls() {
        return isHttps(sink);
    }

    private static boolean isHttps(URI sink) {
        return "https".equalsIgnoreCase(sink.getScheme());
    }

    private static void requirePositive(String name, long value) {
        if (value <= 0) {
            throw new IllegalArgumentException(name + " " + value + ": want more than zero");
        }
    }
}
