package dev.apiserversource.frame.delivery;

import java.net.URI;
import java.util.Locale;
import java.util.Optional;

/**
 * The address of a sink, and the certificates that authenticate it.
 *
 * @param url absolute http or https URL that events are POSTed to
 * @param caCerts PEM certificates that are trusted in addition to the system's when the URL is https
 * @param identity whose token is sent with each event; empty: none is sent
 */
public record SinkAddress(URI url, Optional<String> caCerts, Optional<SinkIdentity> identity) {

    /** The address of a source that names a sink with each event. Nothing is sent to it. */
    public static final SinkAddress NONE = SinkAddress.of(URI.create("http://sink.invalid"));

    /** The two sinks that an event can be sent to. */
    enum Role {

        /** The sink of the source. */
        MAIN,

        /** The sink for events that the main sink did not acknowledge. */
        DEAD_LETTER;

        /** The name in sentences. */
        String noun() {
            return this == MAIN ? "sink" : "dead letter sink";
        }

        /** The name in metrics and logs. */
        String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * Checks the URL.
     *
     * @throws IllegalArgumentException when it is not an absolute http or https URL
     */
    public SinkAddress {
        if (url.getHost() == null || !(hasScheme(url, "https") || hasScheme(url, "http"))) {
            throw new IllegalArgumentException("sink " + url + ": want an absolute http or https URL");
        }
    }

    /** A sink that expects no token. */
    public SinkAddress(URI url, Optional<String> caCerts) {
        this(url, caCerts, Optional.empty());
    }

    /** A sink that the system's certificates authenticate if it uses TLS. */
    public static SinkAddress of(URI url) {
        return new SinkAddress(url, Optional.empty());
    }

    boolean isTls() {
        return hasScheme(url, "https");
    }

    private static boolean hasScheme(URI url, String scheme) {
        return scheme.equalsIgnoreCase(url.getScheme());
    }
}
