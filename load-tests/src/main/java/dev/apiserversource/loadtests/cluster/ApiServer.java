package dev.apiserversource.loadtests.cluster;

import dev.apiserversource.loadtests.Patience;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.function.BooleanSupplier;

/** One kube-apiserver: RBAC, a certificate signed by itself, one administrator known by a token. */
final class ApiServer {

    private final Path certificates;
    private final String adminToken = UUID.randomUUID().toString();
    private final URI url;
    private final ServerProcess process;

    ApiServer(Path program, URI etcd, Path folder) {
        int port = FreePort.next();
        certificates = folder.resolve("certificates");
        url = URI.create("https://127.0.0.1:" + port);
        Path tokens = write(folder.resolve("tokens.csv"), adminToken + ",admin,admin,system:masters\n");
        Path accountKey = write(folder.resolve("accounts.key"), newPrivateKey());
        process = new ServerProcess(
                command(program, etcd, port, certificates, tokens, accountKey), folder.resolve("kube-apiserver.log"));
    }

    private static List<String> command(
            Path program, URI etcd, int port, Path certificates, Path tokens, Path accountKey) {
        return List.of(
                program.toString(),
                "--etcd-servers=" + etcd,
                "--bind-address=127.0.0.1",
                "--advertise-address=127.0.0.1",
                "--secure-port=" + port,
                "--cert-dir=" + certificates,
                "--token-auth-file=" + tokens,
                "--authorization-mode=RBAC",
                // No controller makes the default ServiceAccounts that this plugin asks for.
                "--disable-admission-plugins=ServiceAccount",
                // It would write the server's address into an object that must not hold a loopback address.
                "--endpoint-reconciler-type=none",
                "--service-account-issuer=https://kubernetes.default.svc",
                "--service-account-key-file=" + accountKey,
                "--service-account-signing-key-file=" + accountKey,
                "--service-cluster-ip-range=10.96.0.0/24");
    }

    URI url() {
        return url;
    }

    String adminToken() {
        return adminToken;
    }

    /** What the server's certificate is to be checked against; the server makes it at its first start. */
    Path certificate() {
        return certificates.resolve("apiserver.crt");
    }

    /** The key of the certificate. */
    Path key() {
        return certificates.resolve("apiserver.key");
    }

    /** Whether the certificate is there, and whole: the server writes the key after it. */
    boolean hasCertificate() {
        return Files.exists(key());
    }

    /** Starts the server and returns when {@code ready} says so. */
    void start(BooleanSupplier ready) {
        process.start();
        Patience.ofSeconds(60).until(() -> "kube-apiserver is ready: " + process.lastWords(), ready);
    }

    boolean alive() {
        return process.alive();
    }

    void stop() {
        process.stop();
    }

    void kill() {
        process.kill();
    }

    private static Path write(Path file, String text) {
        try {
            return Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String newPrivateKey() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            byte[] key = generator.generateKeyPair().getPrivate().getEncoded();
            String text = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                    .encodeToString(key);
            return "-----BEGIN PRIVATE KEY-----\n" + text + "\n-----END PRIVATE KEY-----\n";
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
