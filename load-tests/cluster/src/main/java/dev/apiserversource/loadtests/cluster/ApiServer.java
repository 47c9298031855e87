package dev.apiserversource.loadtests.cluster;

import dev.apiserversource.loadtests.process.LocalProcess;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.vertx.VertxHttpClientFactory;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;

/** One kube-apiserver with RBAC, a self-signed certificate, and one administrator identified by a token. */
final class ApiServer {

    private static final Duration START_TIMEOUT = Duration.ofMinutes(2);

    private final int port = LocalProcess.freePort();
    private final Credentials credentials;
    private final Path folder;
    private final List<String> commonCommand;
    private final LocalProcess process;

    /** What all API servers of a control plane share: the administrator's token, and the key of ServiceAccounts. */
    private record Credentials(String adminToken, Path tokens, Path accountKey) {}

    ApiServer(Path program, URI etcd, Path folder, Set<ApiServerOption> options) {
        this.folder = folder;
        String adminToken = UUID.randomUUID().toString();
        this.credentials = new Credentials(
                adminToken,
                write("tokens.csv", adminToken + ",admin,admin,system:masters\n"),
                write("accounts.key", newPrivateKey()));
        this.commonCommand = new ArrayList<>(command(program, etcd));
        options.forEach(option -> commonCommand.addAll(option.flags(folder)));
        this.process = process("kube-apiserver.log");
    }

    private ApiServer(ApiServer first) {
        this.folder = first.folder;
        this.credentials = first.credentials;
        this.commonCommand = first.commonCommand;
        this.process = process("second-kube-apiserver.log");
    }

    /** Another API server on the same etcd, with its own port, watch cache and log, for the same users. */
    ApiServer second() {
        return new ApiServer(this);
    }

    private LocalProcess process(String log) {
        List<String> command = new ArrayList<>(commonCommand);
        command.add("--secure-port=" + port);
        return new LocalProcess(command, folder.resolve(log));
    }

    private List<String> command(Path program, URI etcd) {
        return List.of(
                program.toString(),
                "--etcd-servers=" + etcd,
                "--bind-address=127.0.0.1",
                "--advertise-address=127.0.0.1",
                "--cert-dir=" + certificate().getParent(),
                "--token-auth-file=" + credentials.tokens(),
                "--authorization-mode=RBAC",
                // This plugin requires default ServiceAccounts, which no controller creates here.
                "--disable-admission-plugins=ServiceAccount",
                // It would write the loopback address into an Endpoints object, which refuses one.
                "--endpoint-reconciler-type=none",
                "--service-account-issuer=https://kubernetes.default.svc",
                "--service-account-key-file=" + credentials.accountKey(),
                "--service-account-signing-key-file=" + credentials.accountKey(),
                "--service-cluster-ip-range=10.96.0.0/24");
    }

    URI url() {
        return URI.create("https://127.0.0.1:" + port);
    }

    /** The bearer token of the administrator. */
    String adminToken() {
        return credentials.adminToken();
    }

    /** The self-signed certificate; the server writes it at its first start. */
    Path certificate() {
        return folder.resolve("certificates/apiserver.crt");
    }

    /** The private key of the certificate. */
    Path key() {
        return folder.resolve("certificates/apiserver.key");
    }

    AuditLog auditLog() {
        return new AuditLog(folder.resolve(AuditLog.FILE));
    }

    /** Starts the server and returns as soon as {@code ready} holds. */
    void start(Callable<Boolean> ready) {
        process.start();
        process.await("kube-apiserver is ready", START_TIMEOUT, ready);
    }

    /** Whether the certificate is complete: the server writes the key after it. */
    boolean hasCertificate() {
        return Files.exists(key());
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

    void suspend() {
        process.suspend();
    }

    void resume() {
        process.resume();
    }

    /** A client of the administrator, without retries. */
    KubernetesClient adminClient() {
        return client(new ConfigBuilder(config(adminToken()))
                .withRequestRetryBackoffLimit(0)
                .build());
    }

    /** A client with the rights of {@code user} and no others, by impersonation. */
    KubernetesClient clientAs(String user) {
        return client(new ConfigBuilder(config(adminToken()))
                .withImpersonateUsername(user)
                .build());
    }

    /** A client identified by {@code token}. */
    KubernetesClient clientWith(String token) {
        return client(config(token));
    }

    private Config config(String token) {
        return Config.fromKubeconfig(kubeconfig(token));
    }

    private static KubernetesClient client(Config config) {
        return new KubernetesClientBuilder()
                .withConfig(config)
                .withHttpClientFactory(new VertxHttpClientFactory())
                .build();
    }

    /** A kubeconfig as YAML for the user of {@code token}. */
    private String kubeconfig(String token) {
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
                """.formatted(url(), Base64.getEncoder().encodeToString(read(certificate())), token);
    }

    /** Writes a kubeconfig for the user of {@code token} to a file of that name. */
    Path writeKubeconfig(String name, String token) {
        return write(name + ".kubeconfig", kubeconfig(token));
    }

    private static byte[] read(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path write(String name, String text) {
        try {
            return Files.writeString(folder.resolve(name), text);
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
