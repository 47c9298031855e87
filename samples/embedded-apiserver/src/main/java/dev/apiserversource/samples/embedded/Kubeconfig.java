package dev.apiserversource.samples.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The file with which kubectl and client libraries find the server. */
final class Kubeconfig {

    private static final String TEMPLATE = """
            apiVersion: v1
            kind: Config
            clusters:
            - name: embedded
              cluster:
                server: %s
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

    static Path write(Path file, String url, String token) {
        try {
            return Files.writeString(file, TEMPLATE.formatted(url, token));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the kubeconfig " + file, e);
        }
    }
}
