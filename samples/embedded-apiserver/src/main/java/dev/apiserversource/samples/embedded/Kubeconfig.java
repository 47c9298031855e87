package dev.apiserversource.samples.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;

/** The file with which kubectl and client libraries find the server. */
final class Kubeconfig {

    private static final String TEMPLATE = """
            apiVersion: v1
            kind: Config
            clusters:
            - name: embedded
              cluster:
                server: %s
                certificate-authority-data: "%s"
            contexts:
            - name: embedded
              context:
                cluster: embedded
                user: embedded
                namespace: default
            current-context: embedded
            users:
            - name: embedded
              user:
                token: %s
            """;

    private Kubeconfig() {}

    /** Writes {@code file}; {@code certificatePem} is empty for plain HTTP. */
    static Path write(Path file, String url, String certificatePem, String token) {
        String authority = Base64.getEncoder().encodeToString(certificatePem.getBytes(StandardCharsets.UTF_8));
        try {
            return Files.writeString(file, TEMPLATE.formatted(url, authority, token));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the kubeconfig " + file, e);
        }
    }
}
