package dev.apiserversource.frame.delivery;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * PEM certificates, from a variable or from the <a
 * href="https://knative.dev/docs/eventing/features/transport-encryption/">trust bundles</a> of Knative. Its controller
 * mounts these into the pod of every source.
 */
public final class TrustBundle {

    /** Where Knative's controller mounts them, and ours. */
    public static final Path FOLDER = Path.of("/knative-custom-certs");

    private TrustBundle() {}

    /** The certificates in the files of {@code folder}; empty when there are none. Other files are left out. */
    static Optional<String> read(Path folder) {
        if (!Files.isDirectory(folder)) {
            return Optional.empty();
        }
        try (Stream<Path> files = Files.list(folder)) {
            List<String> readable = files.filter(Files::isRegularFile)
                    .sorted()
                    .map(TrustBundle::text)
                    .filter(TrustBundle::hasCertificate)
                    .toList();
            return Optional.of(readable.stream().collect(Collectors.joining("\n")))
                    .filter(pem -> !pem.isEmpty());
        } catch (IOException | UncheckedIOException unreadable) {
            return Optional.empty();
        }
    }

    /**
     * A text that differs when a file of {@code folder} was added, replaced or removed. The kubelet replaces all files
     * at once, as the target of a link.
     *
     * @throws UncheckedIOException when files are being replaced
     */
    static String version(Path folder) {
        if (!Files.isDirectory(folder)) {
            return "";
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(Files::isRegularFile)
                    .sorted()
                    .map(TrustBundle::fileVersion)
                    .collect(Collectors.joining("\n"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String fileVersion(Path file) {
        try {
            return file.toRealPath() + " " + Files.getLastModifiedTime(file) + " " + Files.size(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(Path file) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether all that looks like a certificate is one, and there is at least one. */
    public static boolean hasCertificate(String pem) {
        try {
            byte[] bytes = pem.getBytes(StandardCharsets.UTF_8);
            return !CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(bytes))
                    .isEmpty();
        } catch (CertificateException unreadable) {
            return false;
        }
    }
}
