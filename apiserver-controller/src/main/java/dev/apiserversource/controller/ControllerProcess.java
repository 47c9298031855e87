package dev.apiserversource.controller;

import dev.apiserversource.controller.OperationsServer.Answer;
import dev.apiserversource.controller.discovery.Discovery;
import dev.apiserversource.controller.discovery.ServerDiscovery;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;

/** The controller from start to stop; how the process ends is for others to say. */
final class ControllerProcess implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ControllerProcess.class);
    private static final String TEXT = "text/plain; charset=utf-8";
    private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

    private final ControllerConfig config;
    private final Discovery discovery;
    private final KubernetesClient client;
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmGcMetrics garbage = new JvmGcMetrics();
    private final OperationsServer probes;
    private final OperationsServer metrics;
    private final ExecutorService elections = Executors.newCachedThreadPool();
    private final Leadership leadership;
    private final Operation operation;
    private final Consumer<Exit> end;
    private volatile Phase phase = Phase.STARTING;

    /** Opens the ports; {@code end} is told when the process cannot go on. */
    ControllerProcess(ControllerConfig config, KubernetesClient client, Clock clock, Consumer<Exit> end)
            throws IOException {
        this.config = config;
        this.client = client;
        this.end = end;
        this.discovery = new ServerDiscovery(client, clock);
        this.leadership = new Leadership(client, config, elections);
        this.operation = new Operation(client, config, discovery, new ReconcileMetrics(registry), clock);
        this.probes = new OperationsServer(config.probesPort())
                .answering("/health", TEXT, () -> new Answer(true, "alive\n"))
                .answering("/readiness", TEXT, this::readiness)
                .start();
        this.metrics = new OperationsServer(config.metricsPort())
                .answering("/metrics", PROMETHEUS, () -> new Answer(true, registry.scrape()))
                .start();
    }

    int probesPort() {
        return probes.port();
    }

    int metricsPort() {
        return metrics.port();
    }

    /** Begins to seek the lead; returns what is missing in the cluster, and has begun nothing unless that is empty. */
    List<String> start() {
        measure();
        List<String> problems = new Preflight(client, discovery, config.watchNamespace()).problems();
        if (problems.isEmpty()) {
            phase = Phase.STANDBY;
            seek();
        }
        return problems;
    }

    private void seek() {
        if (config.leaderElection()) {
            leadership.seek(() -> elections.execute(this::lead), () -> end.accept(Exit.LEASE_LOST));
        } else {
            lead();
        }
    }

    private void lead() {
        phase = Phase.TAKING_OVER;
        try {
            operation.start();
            phase = Phase.LEADING;
            LOG.atInfo().addKeyValue("identity", config.identity()).log("leading");
        } catch (RuntimeException e) {
            LOG.atError().setCause(e).log("cannot lead");
            end.accept(Exit.FAILED);
        }
    }

    private void measure() {
        Gauge.builder("apiserversource.controller.leading", () -> phase == Phase.LEADING ? 1 : 0)
                .description("1 while this process reconciles")
                .register(registry);
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        garbage.bindTo(registry);
    }

    private Answer readiness() {
        return new Answer(phase.isReady(), phase.name().toLowerCase(Locale.ROOT) + "\n");
    }

    @Override
    public void close() {
        phase = Phase.STOPPING;
        operation.close();
        leadership.close();
        probes.close();
        metrics.close();
        garbage.close();
        elections.shutdown();
    }
}
