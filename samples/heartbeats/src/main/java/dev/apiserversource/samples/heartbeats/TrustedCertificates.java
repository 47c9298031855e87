package dev.apiserversource.samples.heartbeats;

import org.jspecify.annotations.Nullable;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Trusts the certificates of the Java runtime and additional ones. */
final class TrustedCertificates {

    private TrustedCertificates() {}

    /**
     * Sockets that trust the system's certificates and those of {@code pem}.
     *
     * @throws InvalidSettingException when {@code pem} holds no readable certificate
     */
    static SSLSocketFactory systemAnd(String pem) throws InvalidSettingException {
        try {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            for (Certificate certificate : certificates(pem)) {
                store.setCertificateEntry("ca-" + store.size(), certificate);
            }
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trusting(store).getTrustManagers(), null);
            return context.getSocketFactory();
        } catch (GeneralSecurityException | IOException e) {
            throw new InvalidSettingException("K_CA_CERTS holds no readable PEM certificate: " + e.getMessage());
        }
    }

    /** The certificates in the files of {@code folder}; empty when there is no such folder. */
    static String read(Path folder) {
        if (!Files.isDirectory(folder)) {
            return "";
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(Files::isRegularFile)
                    .map(TrustedCertificates::text)
                    .filter(text -> text.contains("-----BEGIN CERTIFICATE-----"))
                    .collect(Collectors.joining("\n"));
        } catch (IOException | UncheckedIOException unreadable) {
            return "";
        }
    }

    private static String text(Path file) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Certificate> certificates(String pem) throws GeneralSecurityException {
        byte[] bytes = pem.getBytes(StandardCharsets.US_ASCII);
        List<Certificate> all = new ArrayList<>(
                CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(bytes)));
        if (all.isEmpty()) {
            throw new GeneralSecurityException("it has no certificate");
        }
        Arrays.stream(trusting(null).getTrustManagers())
                .filter(X509TrustManager.class::isInstance)
                .flatMap(manager -> Arrays.stream(((X509TrustManager) manager).getAcceptedIssuers()))
                .forEach(all::add);
        return all;
    }

    /** Trusts the certificates in {@code store}; null: those of the Java runtime. */
    private static TrustManagerFactory trusting(@Nullable KeyStore store) throws GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory;
    }
}
