package dev.apiserversource.controller;

import io.fabric8.kubernetes.client.KubernetesClient;
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

/** One of several controllers leads: the one that holds the Lease. It is given back on a clean stop. */
final class Leadership implements AutoCloseable {

    static final String LEASE = "apiserversource-controller";

    private static final Logger LOG = LoggerFactory.getLogger(Leadership.class);
    private static final int RENEW_PARTS = 3;
    private static final int RETRY_PARTS = 8;

    private final KubernetesClient client;
    private final ControllerConfig config;
    private final ExecutorService executor;
    private volatile boolean closing;
    private @Nullable CompletableFuture<?> election;

    Leadership(KubernetesClient client, ControllerConfig config, ExecutorService executor) {
        this.client = client;
        this.config = config;
        this.executor = executor;
    }

    /** Runs {@code lead} once the Lease is held, and {@code lost} if it is lost other than by {@link #close}. */
    void seek(Runnable lead, Runnable lost) {
        LeaderCallbacks callbacks = new LeaderCallbacks(lead, () -> stopped(lost), Leadership::seen);
        Duration lease = config.leaseDuration();
        LeaderElectionConfig election = new LeaderElectionConfig(
                new LeaseLock(config.systemNamespace(), LEASE, config.identity()),
                lease,
                lease.multipliedBy(RENEW_PARTS - 1).dividedBy(RENEW_PARTS),
                lease.dividedBy(RETRY_PARTS),
                callbacks,
                true,
                LEASE);
        this.election = new LeaderElector(client, election, executor).start();
    }

    private void stopped(Runnable lost) {
        if (!closing) {
            lost.run();
        }
    }

    private static void seen(@Nullable String leader) {
        LOG.atInfo().addKeyValue("leader", leader).log("leader known");
    }

    @Override
    public void close() {
        closing = true;
        if (election != null) {
            election.cancel(true);
        }
    }
}
