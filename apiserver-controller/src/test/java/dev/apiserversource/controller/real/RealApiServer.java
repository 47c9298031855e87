package dev.apiserversource.controller.real;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.vertx.VertxHttpClientFactory;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * etcd and kube-apiserver as processes, in a folder of their own, with RBAC and an audit log; there is no other
 * controller.
 */
final class RealApiServer implements AutoCloseable {

    static final String ADMIN = "admin-token";
    static final String CONTROLLER = "controller-token";
    static final String CONTROLLER_USER = "system:serviceaccount:apiserversource-system:apiserversource-controller";

    /** Long, because the tests send a thousand requests at once. */
    private static final int REQUEST_TIMEOUT_MILLIS = 120_000;

    private static final Duration STARTS_WITHIN = Duration.ofMinutes(3);

    private final Path binaries;
    private final Path folder;
    private final int port = freePort();
    private final int etcdPort = freePort();
    private final int etcdPeerPort = freePort();
    private final List<Process> processes = new ArrayList<>();

    private RealApiServer(Path binaries, Path folder) {
        this.binaries = binaries;
        this.folder = folder;
    }

    /** Starts both and returns when requests are answered. */
    static RealApiServer start(Path kubeApiTestDir) {
        try (var versions = Files.list(kubeApiTestDir.resolve("k8s"))) {
            Path binaries = versions.max(Path::compareTo).orElseThrow();
            Path parent = Files.createDirectories(Path.of("target/real"));
            RealApiServer server = new RealApiServer(
                    binaries, Files.createTempDirectory(parent, "api").toAbsolutePath());
            Runtime.getRuntime().addShutdownHook(new Thread(server::close));
            server.startEtcd();
            server.startApiServer();
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A client with this token. */
    KubernetesClient client(String token) {
        return client(token, null);
    }

    /** A client that has the rights of {@code user} and no others. */
    KubernetesClient clientAs(String user) {
        return client(ADMIN, user);
    }

    private KubernetesClient client(String token, String user) {
        Config config = new ConfigBuilder(Config.empty())
                .withImpersonateUsername(user)
                .withMasterUrl("https://127.0.0.1:" + port)
                .withTrustCerts(true)
                .withDisableHostnameVerification(true)
                .withOauthToken(token)
                .withRequestTimeout(REQUEST_TIMEOUT_MILLIS)
                .withNamespace("default")
                .build();
        return new KubernetesClientBuilder()
                .withConfig(config)
                .withHttpClientFactory(new VertxHttpClientFactory())
                .build();
    }

    /** The same for a process of its own. */
    String kubeconfig(String token) {
        return """
                apiVersion: v1
                kind: Config
                clusters: [{name: it, cluster: {server: "https://127.0.0.1:PORT", insecure-skip-tls-verify: true}}]
                users: [{name: it, user: {token: TOKEN}}]
                contexts: [{name: it, context: {cluster: it, user: it, namespace: default}}]
                current-context: it
                """.replace("PORT", Integer.toString(port)).replace("TOKEN", token);
    }

    Path auditLog() {
        return folder.resolve("audit.log");
    }

    private void startEtcd() throws IOException {
        String url = "http://127.0.0.1:" + etcdPort;
        run(
                "etcd",
                "--data-dir=" + folder.resolve("etcd"),
                "--listen-client-urls=" + url,
                "--advertise-client-urls=" + url,
                "--listen-peer-urls=http://127.0.0.1:" + etcdPeerPort,
                "--unsafe-no-fsync",
                "--log-level=error");
    }

    private void startApiServer() throws IOException {
        Path key = write("sa.key", privateKey());
        Path tokens = write(
                "tokens.csv",
                ADMIN + ",admin,admin,\"system:masters\"\n" + CONTROLLER + "," + CONTROLLER_USER
                        + ",controller,\"system:serviceaccounts,system:serviceaccounts:apiserversource-system\"\n");
        Path audit = write(
                "audit.yaml",
                "apiVersion: audit.k8s.io/v1\nkind: Policy\nomitStages: [RequestReceived]\nrules: [{level:"
                        + " Metadata}]\n");
        run(
                "kube-apiserver",
                "--etcd-servers=http://127.0.0.1:" + etcdPort,
                "--secure-port=" + port,
                "--bind-address=127.0.0.1",
                "--cert-dir=" + folder.resolve("certs"),
                "--service-account-key-file=" + key,
                "--service-account-signing-key-file=" + key,
                "--service-account-issuer=https://kubernetes.default.svc",
                "--service-cluster-ip-range=10.0.0.0/24",
                "--token-auth-file=" + tokens,
                "--authorization-mode=RBAC",
                "--disable-admission-plugins=ServiceAccount",
                "--audit-policy-file=" + audit,
                "--audit-log-path=" + auditLog(),
                // The tests ask for more at once than a user would.
                "--max-requests-inflight=0",
                "--max-mutating-requests-inflight=0",
                "--enable-priority-and-fairness=false");
        try (KubernetesClient admin = client(ADMIN)) {
            await("kube-apiserver to be ready", () -> ready(admin));
        }
    }

    private static boolean ready(KubernetesClient admin) {
        try {
            return "ok".equals(admin.raw("/readyz"));
        } catch (KubernetesClientException e) {
            return false;
        }
    }

    /** Waits for what cannot be watched. */
    static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + STARTS_WITHIN.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("waited in vain for " + what);
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
        }
    }

    private void run(String program, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(binaries.resolve(program).toString()));
        Collections.addAll(command, arguments);
        processes.add(new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve(program + ".log").toFile())
                .start());
    }

    private Path write(String name, String content) throws IOException {
        return Files.writeString(folder.resolve(name), content);
    }

    private static String privateKey() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            byte[] encoded = generator.generateKeyPair().getPrivate().getEncoded();
            return "-----BEGIN PRIVATE KEY-----\n"
                    + Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                            .encodeToString(encoded)
                    + "\n-----END PRIVATE KEY-----\n";
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        Collections.reverse(processes);
        processes.forEach(Process::destroyForcibly);
        processes.clear();
    }
}
