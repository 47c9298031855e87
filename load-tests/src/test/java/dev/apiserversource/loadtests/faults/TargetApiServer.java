package dev.apiserversource.loadtests.faults;

import dev.apiserversource.loadtests.TestBed;
import dev.apiserversource.loadtests.cluster.ControlPlane;
import dev.apiserversource.loadtests.cluster.ConversionWebhook;
import dev.apiserversource.loadtests.cluster.FaultProxy;
import dev.apiserversource.loadtests.cluster.TestServiceAccount;
import dev.apiserversource.loadtests.load.LoadKind;
import io.fabric8.kubernetes.client.KubernetesClientException;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

import static dev.apiserversource.loadtests.TestBed.RECOVERY;

/** The API server of a {@link FaultTarget} and what is between them: a proxy, the adapter's token, and a webhook. */
final class TargetApiServer implements AutoCloseable {

    private final ControlPlane plane;
    private final TestServiceAccount account;
    private final FaultProxy proxy;
    private final Path token;
    private final @Nullable ConversionWebhook webhook;
    private long revision;

    TargetApiServer(ControlPlane plane, TestServiceAccount account, LoadKind kind) {
        this.plane = plane;
        this.account = account;
        this.proxy = plane.createProxy();
        this.token = plane.createFile("token");
        this.webhook = kind == LoadKind.WIDGETS ? plane.createConversionWebhook() : null;
        writeToken();
    }

    /** The proxy that the adapters have as their API server. */
    FaultProxy proxy() {
        return proxy;
    }

    /** The file with the adapter's current token. */
    Path token() {
        return token;
    }

    ConversionWebhook webhook() {
        return Objects.requireNonNull(webhook, "the kind has no conversion webhook");
    }

    /** Hides from now on that history is lost. */
    void hideGone() {
        proxy.hideGone(true);
        proxy.closeConnections();
    }

    /** Starts a second API server and distributes requests to both. */
    void startSecond() {
        proxy.distributeTo(List.of(plane.url(), plane.startSecondApiServer()));
        proxy.closeConnections();
    }

    void killSecond() {
        proxy.distributeTo(List.of(plane.url()));
        plane.killSecondApiServer();
    }

    void suspendSecond() {
        plane.suspendSecondApiServer();
    }

    /** Resumes the second API server, whose watch cache is behind, and closes all connections at the same time. */
    void resumeSecond() {
        plane.resumeSecondApiServer();
        proxy.closeConnections();
    }

    /** Sets etcd back to the copy that was made before. */
    void setEtcdBack() {
        revision = plane.revision();
        plane.setEtcdBack();
    }

    /** Waits until etcd has more revisions than before it was set back. */
    void awaitRevisionPassed() {
        long before = revision;
        TestBed.await("etcd has passed revision " + before)
                .atMost(RECOVERY)
                .pollInterval(Duration.ofMillis(200))
                .until(() -> plane.revision() > before);
    }

    /** Makes every token of the adapter invalid, and closes the connections that were authenticated with one. */
    void expireToken() {
        retry("revoke the tokens", account::revokeTokens);
        proxy.closeConnections();
    }

    void rotateToken() {
        retry("write another token", this::writeToken);
    }

    /** Retries while the API server is down. */
    private static void retry(String what, Runnable action) {
        TestBed.await(what)
                .atMost(RECOVERY)
                .ignoreExceptionsInstanceOf(KubernetesClientException.class)
                .until(() -> {
                    action.run();
                    return true;
                });
    }

    private void writeToken() {
        try {
            // Atomically, as the kubelet does: the adapter must not read half a token.
            Path next = Files.writeString(plane.createFile("next-token"), account.token());
            Files.move(next, token, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        proxy.close();
        plane.killSecondApiServer();
        if (webhook != null) {
            webhook.close();
        }
        // After a failure the API server may be down, and the next test needs it.
        plane.ensureApiServerRuns();
    }
}
