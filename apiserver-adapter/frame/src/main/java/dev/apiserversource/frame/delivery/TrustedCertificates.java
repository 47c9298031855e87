package dev.apiserversource.frame.delivery;

import io.vertx.core.net.TrustOptions;
import org.jspecify.annotations.Nullable;

import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509TrustManager;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;

/** Trusts the certificates of the system, which are those of the Java runtime, and additional ones. */
final class TrustedCertificates {

    private TrustedCertificates() {}

    /**
     * Trusts the system's certificates and those of {@code pem}.
     *
     * @throws IllegalArgumentException when {@code pem} contains no certificate, or an unreadable one
     */
    static TrustOptions systemAnd(String pem) {
        try {
            return TrustOptions.wrap(factory(pem));
        } catch (GeneralSecurityException | IOException e) {
            throw unusable(e);
        }
    }

    /**
     * The same as a trust manager; with an empty {@code pem}, only the system's certificates are trusted.
     *
     * @throws IllegalArgumentException when a certificate cannot be read
     */
    static X509ExtendedTrustManager manager(String pem) {
        try {
            return Stream.of((pem.isEmpty() ? trusting(null) : factory(pem)).getTrustManagers())
                    .filter(X509ExtendedTrustManager.class::isInstance)
                    .map(X509ExtendedTrustManager.class::cast)
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException("the Java runtime has no X.509 trust manager"));
        } catch (GeneralSecurityException | IOException e) {
            throw unusable(e);
        }
    }

    private static TrustManagerFactory factory(String pem) throws GeneralSecurityException, IOException {
        return trusting(store(Stream.concat(system(), parse(pem).stream()).toList()));
    }

    private static IllegalArgumentException unusable(Exception cause) {
        return new IllegalArgumentException("CA certificates: " + cause.getMessage(), cause);
    }

    private static Collection<? extends Certificate> parse(String pem) throws GeneralSecurityException {
        byte[] bytes = pem.getBytes(StandardCharsets.US_ASCII);
        Collection<? extends Certificate> certificates =
                CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(bytes));
        if (certificates.isEmpty()) {
            throw new IllegalArgumentException("CA certificates: no certificate in the PEM text");
        }
        return certificates;
    }

    private static Stream<Certificate> system() throws GeneralSecurityException {
        return Stream.of(trusting(null).getTrustManagers())
                .filter(X509TrustManager.class::isInstance)
                .flatMap(manager -> Stream.of(((X509TrustManager) manager).getAcceptedIssuers()));
    }

    private static KeyStore store(List<Certificate> certificates) throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        for (Certificate certificate : certificates) {
            store.setCertificateEntry("ca-" + store.size(), certificate);
        }
        return store;
    }

    /** Trusts the certificates in {@code store}; null: those of the system. */
    private static TrustManagerFactory trusting(@Nullable KeyStore store) throws GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory;
    }
}
