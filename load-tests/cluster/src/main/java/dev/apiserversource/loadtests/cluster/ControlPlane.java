package dev.apiserversource.loadtests.cluster;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Set;

/**
 * A real control plane of one etcd and one kube-apiserver on the loopback address. It needs no root and keeps its
 * files in a folder of its own. No controller runs: nothing is garbage collected, defaulted or scheduled, and a
 * deleted namespace stays in phase Terminating.
 *
 * <p>Faults are real: the API server is stopped, killed and started again, and etcd is compacted.
 */
public final class ControlPlane implements AutoCloseable {

    private final Path folder;
    private final Etcd etcd;
    private final ApiServer apiServer;
    private @Nullable KubernetesClient client;
    private @Nullable ApiServer second;

    private ControlPlane(KubeBinaries binaries, Path folder, Set<ApiServerOption> options) {
        this.folder = folder;
        this.etcd = new Etcd(binaries.etcd(), folder);
        this.apiServer = new ApiServer(binaries.apiServer(), etcd.url(), folder, options);
    }

    /**
     * Starts a control plane and returns when the API server is ready, after about three seconds.
     *
     * @param parent folder for its files; the logs stay there when it is closed
     */
    public static ControlPlane start(KubeBinaries binaries, Path parent, ApiServerOption... options) {
        ControlPlane plane = new ControlPlane(binaries, folderIn(parent), Set.of(options));
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
            return Files.createTempDirectory(parent, "control-plane").toAbsolutePath();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The API server's URL, without a trailing slash. */
    public URI url() {
        return apiServer.url();
    }

    /** The administrator's client, shared by all callers. It does not retry. */
    public KubernetesClient client() {
        return Objects.requireNonNull(client, "the API server was never started");
    }

    /** The administrator's bearer token, for a client of plain HTTP. */
    public String adminToken() {
        return apiServer.adminToken();
    }

    /** A client with the rights of {@code user} and no others, by impersonation; the caller closes it. */
    public KubernetesClient clientAs(String user) {
        return apiServer.clientAs(user);
    }

    /** PEM file with the certificate of the API server and of every proxy in front of it. */
    public Path certificate() {
        return apiServer.certificate();
    }

    /** The requests so far; the API server must run with {@link ApiServerOption#AUDIT_LOG}. */
    public AuditLog auditLog() {
        return apiServer.auditLog();
    }

    /** Creates a namespace with a unique name that begins with {@code prefix}. */
    public String createNamespace(String prefix) {
        return client().namespaces()
                .resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withGenerateName(prefix + "-")
                        .endMetadata()
                        .build())
                .create()
                .getMetadata()
                .getName();
    }

    /** Creates a ServiceAccount that has no rights beyond discovery. */
    public TestServiceAccount createServiceAccount(String namespace, String name) {
        TestServiceAccount account = serviceAccount(namespace, name);
        account.create();
        return account;
    }

    /** A ServiceAccount that exists or is about to be applied. */
    public TestServiceAccount serviceAccount(String namespace, String name) {
        return new TestServiceAccount(apiServer, client(), namespace, name);
    }

    /** A proxy in front of the API server; the caller closes it. */
    public FaultProxy createProxy() {
        return new FaultProxy(url(), apiServer.certificate(), apiServer.key());
    }

    /** Defines the custom resource of the webhook, which runs until the caller closes it. */
    public ConversionWebhook createConversionWebhook() {
        ConversionWebhook webhook = new ConversionWebhook(apiServer.certificate(), apiServer.key());
        webhook.define(client(), apiServer.certificate());
        return webhook;
    }

    /** Creates an empty file in the folder of this control plane. */
    public Path createFile(String prefix) {
        try {
            return Files.createTempFile(folder, prefix, "");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts the API server, which must not be running, and returns when it is ready. */
    public void startApiServer() {
        apiServer.start(this::ready);
    }

    /** Starts the API server unless it runs. */
    public void ensureApiServerRuns() {
        if (!apiServer.alive()) {
            startApiServer();
        }
    }

    /** Stops the API server by SIGTERM, as an upgrade does: it closes its watches. */
    public void stopApiServer() {
        apiServer.stop();
    }

    /** Kills the API server, as a crash does. */
    public void killApiServer() {
        apiServer.kill();
    }

    /** Stops and starts the API server: its watch cache is empty afterwards. */
    public void restartApiServer() {
        stopApiServer();
        startApiServer();
    }

    /** Kills and starts the API server: its watch cache is empty afterwards. Quicker than a restart. */
    public void crashApiServer() {
        killApiServer();
        startApiServer();
    }

    /**
     * Removes all watch history: etcd is compacted while the API server is down, so its watch cache is lost as
     * well. A watch from an earlier resourceVersion gets 410 Gone.
     */
    public void loseWatchHistory() {
        killApiServer(); // A graceful stop takes seconds and changes nothing here.
        etcd.compact();
        startApiServer();
    }

    /** Copies the data of etcd, which is away for about a second. */
    public void saveEtcd() {
        etcd.saveData();
    }

    /**
     * Sets etcd back to the copy and starts the API server again, as after the restore of a backup. Writes since the
     * copy never happened, and resourceVersions are given a second time.
     */
    public void setEtcdBack() {
        killApiServer();
        etcd.restoreData();
        startApiServer();
    }

    /** The current revision of etcd, from which resourceVersions are made. */
    public long revision() {
        return etcd.revision();
    }

    /** Starts a second API server on the same etcd, for the same users; returns its URL when it is ready. */
    public URI startSecondApiServer() {
        ApiServer started = apiServer.second();
        second = started;
        started.start(() -> {
            try (KubernetesClient probe = started.adminClient()) {
                return "ok".equals(probe.raw("/readyz"));
            } catch (KubernetesClientException e) {
                return false;
            }
        });
        return started.url();
    }

    /** Sends SIGSTOP to the second API server: its watch cache stays behind until it is resumed. */
    public void suspendSecondApiServer() {
        Objects.requireNonNull(second, "no second API server").suspend();
    }

    /** Sends SIGCONT to the second API server. */
    public void resumeSecondApiServer() {
        Objects.requireNonNull(second, "no second API server").resume();
    }

    /** Kills the second API server. */
    public void killSecondApiServer() {
        if (second != null) {
            second.kill();
        }
    }

    @Override
    public void close() {
        killSecondApiServer();
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
            client = apiServer.adminClient();
        }
        try {
            return "ok".equals(client.raw("/readyz"));
        } catch (KubernetesClientException e) {
            return false;
        }
    }
}
