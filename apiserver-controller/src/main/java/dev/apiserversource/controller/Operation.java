package dev.apiserversource.controller;

import dev.apiserversource.controller.apiserversource.NamespaceWatch;
import dev.apiserversource.controller.apiserversource.Reconcilers;
import dev.apiserversource.controller.discovery.Discovery;
import dev.apiserversource.controller.sink.AddressWatches;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.api.monitoring.Metrics;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/** What a leader does: everything that reads or writes sources, begun and ended together. */
final class Operation implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Operation.class);
    private static final int REVIEWS_AT_ONCE = 8;
    private static final long LOOK_FOR_HISTORIC_SECONDS = 15;

    private final KubernetesClient client;
    private final ControllerConfig config;
    private final Discovery discovery;
    private final Metrics metrics;
    private final Clock clock;
    private final Deque<AutoCloseable> started = new ArrayDeque<>();
    private @Nullable ScheduledFuture<?> lookout;

    Operation(KubernetesClient client, ControllerConfig config, Discovery discovery, Metrics metrics, Clock clock) {
        this.client = client;
        this.config = config;
        this.discovery = discovery;
        this.metrics = metrics;
        this.clock = clock;
    }

    /** Returns when the caches are full and sources are being reconciled. */
    synchronized void start() {
        ExecutorService reviews = Executors.newFixedThreadPool(REVIEWS_AT_ONCE, daemon("access-review"));
        started.push(reviews::shutdownNow);
        NamespaceWatch namespaces = new NamespaceWatch(client);
        started.push(namespaces);
        namespaces.start();
        AddressWatches addresses = new AddressWatches(client, discovery);
        started.push(addresses);
        Reconcilers reconcilers = new Reconcilers(
                client, discovery, addresses, namespaces, reviews, config.adapter(), config.clusterDomain(), clock);
        operate(reconcilers.today());
        lookForHistoric(reconcilers);
    }

    private <P extends HasMetadata> void operate(Reconciler<P> reconciler) {
        Operator operator = new Operator(overrides -> overrides
                .withKubernetesClient(client)
                .withCloseClientOnStop(false)
                .withConcurrentReconciliationThreads(config.reconcileThreads())
                .withReconciliationTerminationTimeout(Duration.ofSeconds(10))
                .withMetrics(metrics));
        operator.register(reconciler, overrides -> config.watchNamespace()
                .ifPresentOrElse(overrides::settingNamespace, overrides::watchingAllNamespaces));
        started.push(operator::stop);
        operator.start();
    }

    /** The historic CRD is optional and may come later. */
    private void lookForHistoric(Reconcilers reconcilers) {
        ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(daemon("historic-lookout"));
        started.push(timer::shutdownNow);
        lookout = timer.scheduleWithFixedDelay(
                () -> operateHistoric(reconcilers), 0, LOOK_FOR_HISTORIC_SECONDS, TimeUnit.SECONDS);
    }

    private synchronized void operateHistoric(Reconcilers reconcilers) {
        if (lookout == null || lookout.isCancelled() || !Preflight.servesHistoric(discovery)) {
            return;
        }
        lookout.cancel(false);
        LOG.info("the historic ApiServerSource is installed and reconciled too");
        operate(reconcilers.historic());
    }

    private static ThreadFactory daemon(String name) {
        return task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        };
    }

    @Override
    public synchronized void close() {
        while (!started.isEmpty()) {
            try {
                started.pop().close();
            } catch (Exception e) {
                LOG.atWarn().setCause(e).log("not stopped cleanly");
            }
        }
    }
}
