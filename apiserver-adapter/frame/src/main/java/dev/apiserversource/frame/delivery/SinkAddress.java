package dev.apiserversource.frame.delivery;

import java.net.URI;
import java.util.Optional;

/**
 * Where a sink is, and how to know it.
 *
 * @param url absolute http or https URL that events are POSTed to
 * @param caCerts PEM certificates trusted when the URL is https, in addition to the system's
 */
public record SinkAddress(URI url, Optional<String> caCerts) {

    /** Refuses what is not an absolute http or https URL. */
    public SinkAddress {
        if (url.getHost() == null || !(hasScheme(url, "https") || hasScheme(url, "http"))) {
            throw new IllegalArgumentException("sink " + url + ": want an absolute http or https URL");
        }
    }

    /** A sink that is known by the system's certificates, if by any. */
    public static SinkAddress of(URI url) {
        return new SinkAddress(url, Optional.empty());
    }

    boolean tls() {
        return hasScheme(url, "https");
    }

    private static boolean hasScheme(URI url, String scheme) {
        return scheme.equalsIgnoreCase(url.getScheme());
    }
}
