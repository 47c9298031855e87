package dev.apiserversource.frame.config;

import java.io.ByteArrayInputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Optional;

/** Reads the parts of a sink's address; what cannot be used is noted as a problem of {@code where} and is empty. */
public final class SinkFields {

    private SinkFields() {}

    public static Optional<URI> url(String where, String text, ConfigErrors problems) {
        Optional<URI> url = parse(text).filter(SinkFields::isUsable);
        if (url.isEmpty()) {
            problems.add(
                    where,
                    "'" + text + "' is not an absolute http or https URL",
                    "write it like http://event-display.default.svc.cluster.local");
        }
        return url;
    }

    private static Optional<URI> parse(String text) {
        try {
            return Optional.of(URI.create(text));
        } catch (IllegalArgumentException malformed) {
            return Optional.empty();
        }
    }

    private static boolean isUsable(URI url) {
        return ("http".equals(url.getScheme()) || "https".equals(url.getScheme())) && url.getHost() != null;
    }

    public static Optional<String> caCerts(String where, Optional<String> pem, ConfigErrors problems) {
        if (pem.isPresent() && !holdsCertificate(pem.get())) {
            problems.add(
                    where,
                    "holds no certificate that can be read",
                    "set it to PEM, beginning with -----BEGIN CERTIFICATE-----");
            return Optional.empty();
        }
        return pem;
    }

    private static boolean holdsCertificate(String pem) {
        try {
            byte[] bytes = pem.getBytes(StandardCharsets.UTF_8);
            return !CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(bytes))
                    .isEmpty();
        } catch (CertificateException unreadable) {
            return false;
        }
    }

    public static void refuseAudience(String where, Optional<String> audience, ConfigErrors problems) {
        if (audience.isPresent()) {
            problems.add(
                    where,
                    "tokens for the sink are not supported yet, and without one it would refuse every event",
                    "use a sink without an audience");
        }
    }
}
