package dev.apiserversource.adapter;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.AbstractVerticle;
import io.vertx.core.Promise;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * The adapter's life on one event loop: deployed, it reads and delivers; undeployed, it drains, that is, reads no more, delivers what it
 * holds within the drain timeout, and says how many events it had to abandon.
 */
public final class AdapterVerticle extends AbstractVerticle {

    private static final Logger log = LoggerFactory.getLogger(AdapterVerticle.class);

    private final AdapterConfig config;
    private final KubernetesClient client;
    private final PrometheusMeterRegistry registry;
    private final RandomGenerator random;
    private final Consumer<String> fatal;
    private @Nullable Pipeline pipeline;

    /**
     * An adapter that is not started yet.
     *
     * @param config what to do
     * @param client made by {@link dev.apiserversource.adapter.watch.ApiConnections} on the Vert.x instance this is deployed to
     * @param registry where to count
     * @param random chance for jitter
     * @param fatal is told, with {@code failFast}, why the adapter cannot go on
     */
    public AdapterVerticle(
            AdapterConfig config,
            KubernetesClient client,
            PrometheusMeterRegistry registry,
            RandomGenerator random,
            Consumer<String> fatal) {
        this.config = config;
        this.client = client;
        this.registry = registry;
        this.random = random;
        this.fatal = fatal;
    }

    @Override
    public void start(Promise<Void> started) {
        Pipeline wired = new Pipeline(vertx, config, client, registry, random, fatal);
        pipeline = wired;
        Endpoints endpoints = new Endpoints(vertx);
        endpoints
                .probes(config.probesPort(), wired::notReady)
                .compose(probes -> endpoints.metrics(config.metricsPort(), registry))
                .onSuccess(listening -> wired.start())
                .<Void>mapEmpty()
                .onComplete(started);
    }

    @Override
    public void stop(Promise<Void> stopped) {
        if (pipeline == null) {
            stopped.complete();
            return;
        }
        log.atInfo().addKeyValue("held", pipeline.heldEvents()).log("draining");
        pipeline.drain()
                .onSuccess(abandoned ->
                        log.atInfo().addKeyValue("abandoned", abandoned).log("drained"))
                .<Void>mapEmpty()
                .onComplete(stopped);
    }
}
