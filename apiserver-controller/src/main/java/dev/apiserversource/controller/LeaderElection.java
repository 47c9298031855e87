package dev.apiserversource.controller;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.RequestConfigBuilder;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElectionConfig;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElector;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaseLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;

/**
 * Elects one of several controllers by a Lease, which is released on a clean stop. java-operator-sdk's own election
 * would fill the caches of a standby; this one starts nothing before the Lease is held.
 */
final class LeaderElection implements AutoCloseable {

    static final String LEASE_NAME = "apiserversource-controller";

    private static final Logger LOG = LoggerFactory.getLogger(LeaderElection.class);
    private static final int RETRIES_PER_LEASE = 8;
    /** A renewal that begins just before the deadline, which is two thirds, ends before the Lease expires. */
    private static final int REQUESTS_PER_LEASE = 3;

    private final KubernetesClient client;
    private final ControllerConfig config;
    private final ExecutorService executor;
    private volatile boolean closing;
    private @Nullable CompletableFuture<?> election;

    LeaderElection(KubernetesClient client, ControllerConfig config, ExecutorService executor) {
        this.client = client;
        this.config = config;
        this.executor = executor;
    }

    /**
     * A client that fails at once. The elector compares the time with its deadline between renewals only, and the
     * retries of a single request take longer than the Lease lasts.
     */
    private KubernetesClient withoutRetries() {
        Duration timeout = config.leaseDuration().dividedBy(REQUESTS_PER_LEASE);
        return client.newClient(new RequestConfigBuilder()
                        .withRequestRetryBackoffLimit(0)
                        .withRequestTimeout((int) timeout.toMillis())
                        .build())
                .adapt(KubernetesClient.class);
    }

    /** Calls {@code onStart} once the Lease is held, and {@code onLoss} if it is lost other than by {@link #close}. */
    void start(Runnable onStart, Runnable onLoss) {
        LeaderCallbacks callbacks = new LeaderCallbacks(onStart, () -> stopped(onLoss), leader -> LOG.atInfo()
                .addKeyValue("leader", leader)
                .log("leader elected"));
        Duration lease = config.leaseDuration();
        LeaderElectionConfig settings = new LeaderElectionConfig(
                new LeaseLock(config.systemNamespace(), LEASE_NAME, config.identity()),
                lease,
                lease.multipliedBy(2).dividedBy(3),
                lease.dividedBy(RETRIES_PER_LEASE),
                callbacks,
                true,
                LEASE_NAME);
        this.election = new LeaderElector(withoutRetries(), settings, executor).start();
    }

    private void stopped(Runnable onLoss) {
        if (!closing) {
            LOG.error("lease lost");
            onLoss.run();
        }
    }

    @Override
    public void close() {
        closing = true;
        if (election != null) {
            election.cancel(true);
        }
    }
}
