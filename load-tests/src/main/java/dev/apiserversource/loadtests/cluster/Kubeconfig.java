package dev.apiserversource.loadtests.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;

/**
 * What a client must know to reach an API server as somebody.
 *
 * @param server the API server's URL
 * @param certificate PEM file with the certificates to trust
 * @param token the bearer token of the user
 */
record Kubeconfig(URI server, Path certificate, String token) {

    /** The configuration as YAML. */
    String yaml() {
        return """
                apiVersion: v1
                kind: Config
                current-context: test
                clusters:
                - name: test
                  cluster:
                    server: %s
                    certificate-authority-data: %s
                users:
                - name: test
                  user:
                    token: %s
                contexts:
                - name: test
                  context:
                    cluster: test
                    user: test
                """.formatted(server, certificateData(), token);
    }

    /** Writes the configuration to {@code file} and returns it. */
    Path writeTo(Path file) {
        try {
            return Files.writeString(file, yaml());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String toString() {
        return "Kubeconfig[" + server + "]";
    }

    private String certificateData() {
        try {
            return Base64.getEncoder().encodeToString(Files.readAllBytes(certificate));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
