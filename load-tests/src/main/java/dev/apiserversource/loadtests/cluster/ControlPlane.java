package dev.apiserversource.loadtests.cluster;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.vertx.VertxHttpClientFactory;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/**
 * A real control plane of one etcd and one kube-apiserver, on the loopback address, in a folder of its own, without root. There is no
 * controller: nothing is deleted, defaulted or scheduled behind the test's back, and no namespace can be emptied by deleting it.
 *
 * <p>Its faults are real: the API server is ended, killed and started again, and etcd forgets its history.
 */
public final class ControlPlane implements AutoCloseable {

    private final Path folder;
    private final Etcd etcd;
    private final ApiServer apiServer;
    private @Nullable KubernetesClient client;

    private ControlPlane(KubeBinaries binaries, Path folder) {
        this.folder = folder;
        this.etcd = new Etcd(binaries.etcd(), folder);
        this.apiServer = new ApiServer(binaries.apiServer(), etcd.url(), folder);
    }

    /**
     * Starts a control plane that keeps everything below {@code parent}; logs stay there when it is closed.
     *
     * @return when the API server is ready, after about three seconds
     */
    public static ControlPlane start(KubeBinaries binaries, Path parent) {
        ControlPlane plane = new ControlPlane(binaries, folderIn(parent));
        try {
            plane.etcd.start();
            plane.startApiServer();
            return plane;
        } catch (AssertionError | RuntimeException e) {
            plane.close();
            throw e;
        }
    }

    private static Path folderIn(Path parent) {
        try {
            Files.createDirectories(parent);
            return Files.createTempDirectory(parent, "control-plane");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The API server's URL, without a trailing slash. */
    public URI url() {
        return apiServer.url();
    }

    /** The administrator's client; it does not retry by itself. */
    public KubernetesClient client() {
        return Objects.requireNonNull(client, "the API server was never started");
    }

    /** A kubeconfig file of the administrator. */
    public Path kubeconfig() {
        return kubeconfig("admin", apiServer.adminToken());
    }

    /** Makes a namespace whose name begins with {@code purpose} and is used by nobody else. */
    public String newNamespace(String purpose) {
        return client().namespaces()
                .resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withGenerateName(purpose + "-")
                        .endMetadata()
                        .build())
                .create()
                .getMetadata()
                .getName();
    }

    /** Makes a ServiceAccount that may do nothing yet beyond discovery. */
    public Account newAccount(String namespace, String name) {
        return Account.create(client(), namespace, name, token -> kubeconfig(namespace + "-" + name, token));
    }

    /** A proxy before the API server, which must have been started once; the caller's to close. */
    public FaultProxy newProxy() {
        return new FaultProxy(url(), apiServer.certificate(), apiServer.key());
    }

    /** PEM file with the certificate that the API server, and each proxy before it, is known by. */
    public Path certificate() {
        return apiServer.certificate();
    }

    /** A file that only this control plane's tests know of; nothing is in it yet. */
    public Path newFile(String purpose) {
        try {
            return Files.createTempFile(folder, purpose, "");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts the API server, which must not be running, and returns when it is ready. */
    public void startApiServer() {
        apiServer.start(this::ready);
    }

    /** Starts the API server when it does not run. */
    public void resumeApiServer() {
        if (!apiServer.alive()) {
            startApiServer();
        }
    }

    /** Ends the API server as an upgrade does: it says goodbye to its clients. */
    public void stopApiServer() {
        apiServer.stop();
    }

    /** Kills the API server as a crash does. */
    public void killApiServer() {
        apiServer.kill();
    }

    /** Ends and starts the API server. */
    public void restartApiServer() {
        stopApiServer();
        startApiServer();
    }

    /** Makes etcd forget all revisions but the present one; the API server's own watch history is not touched by that. */
    public void compactEtcd() {
        etcd.compact();
    }

    /** Takes all watch history away, in etcd and in the API server: whoever watched before must list again. */
    public void forgetHistory() {
        stopApiServer();
        compactEtcd();
        startApiServer();
    }

    @Override
    public void close() {
        if (client != null) {
            client.close();
        }
        apiServer.kill();
        etcd.kill();
        etcd.deleteData();
    }

    private boolean ready() {
        if (client == null) {
            if (!apiServer.hasCertificate()) {
                return false;
            }
            client = newClient();
        }
        try {
            return "ok".equals(client.raw("/readyz"));
        } catch (KubernetesClientException e) {
            return false;
        }
    }

    private KubernetesClient newClient() {
        Kubeconfig kubeconfig = new Kubeconfig(url(), apiServer.certificate(), apiServer.adminToken());
        Config config = new ConfigBuilder(Config.fromKubeconfig(kubeconfig.yaml()))
                .withRequestRetryBackoffLimit(0)
                .build();
        return new KubernetesClientBuilder()
                .withConfig(config)
                .withHttpClientFactory(new VertxHttpClientFactory())
                .build();
    }

    private Path kubeconfig(String name, String token) {
        return new Kubeconfig(url(), apiServer.certificate(), token).writeTo(folder.resolve(name + ".kubeconfig"));
    }
}
