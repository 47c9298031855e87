package dev.apiserversource.adapter;

import dev.apiserversource.adapter.config.AdapterConfig;
import dev.apiserversource.frame.Termination;
import dev.apiserversource.frame.leader.LeaderState;
import dev.apiserversource.frame.leader.Leadership;
import dev.apiserversource.frame.leader.LeaseLeadership;
import dev.apiserversource.frame.leader.StandaloneLeadership;
import dev.apiserversource.frame.management.ManagementServer;
import dev.apiserversource.frame.management.Readiness;
import dev.apiserversource.frame.time.Timers;
import dev.apiserversource.frame.time.VertxTimers;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.AbstractVerticle;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.random.RandomGenerator;

/**
 * The adapter's life on one event loop: deployed, it reads and delivers as soon as it is the one to do so; undeployed, it drains, that is, reads no more, delivers what it
 * holds within the drain timeout, and says how many events it had to abandon.
 */
public final class AdapterVerticle extends AbstractVerticle {

    private static final Logger log = LoggerFactory.getLogger(AdapterVerticle.class);

    private final AdapterConfig config;
    private final KubernetesClient client;
    private final PrometheusMeterRegistry registry;
    private final RandomGenerator random;
    private final Termination ending;
    private @Nullable Leadership activity;
    private @Nullable Pipeline pipeline;

    /**
     * An adapter that is not started yet.
     *
     * @param config what to do
     * @param client made by {@link dev.apiserversource.frame.kube.KubeClients} on the Vert.x instance this is deployed to
     * @param registry where to count
     * @param random chance for jitter
     * @param ending is told why the adapter cannot or may not go on
     */
    public AdapterVerticle(
            AdapterConfig config,
            KubernetesClient client,
            PrometheusMeterRegistry registry,
            RandomGenerator random,
            Termination ending) {
        this.config = config;
        this.client = client;
        this.registry = registry;
        this.random = random;
        this.ending = ending;
    }

    @Override
    public void start(Promise<Void> started) {
        Timers timers = new VertxTimers(vertx);
        Leadership activeOrNot = config.lease()
                .<Leadership>map(lease -> new LeaseLeadership(
                        lease,
                        config.namespace(),
                        config.name(),
                        client,
                        vertx,
                        timers,
                        random,
                        registry,
                        ending::superseded))
                .orElseGet(() -> new StandaloneLeadership(registry));
        Pipeline wired = new Pipeline(vertx, timers, config, client, registry, random, activeOrNot, ending::cannotWork);
        activity = activeOrNot;
        pipeline = wired;
        ManagementServer endpoints = new ManagementServer(vertx);
        endpoints
                .metrics(config.metricsPort(), registry)
                .compose(metrics -> endpoints.probes(config.probesPort(), this::readiness, activeOrNot))
                .onSuccess(probes -> activeOrNot.start(probes.actualPort(), wired::start))
                .<Void>mapEmpty()
                .onComplete(started);
    }

    /** What {@code /readiness} says. */
    Readiness readiness() {
        if (pipeline == null || activity == null) {
            return new Readiness(false, "not started");
        }
        LeaderState standing = activity.standing();
        boolean works = standing instanceof LeaderState.Active || standing instanceof LeaderState.Suspended;
        return works ? Readiness.without(pipeline.notReady()) : Readiness.of(standing);
    }

    @Override
    public void stop(Promise<Void> stopped) {
        if (pipeline == null || activity == null) {
            stopped.complete();
            return;
        }
        Pipeline wired = pipeline;
        activity.leave(() -> drain(wired)).onComplete(stopped);
    }

    private static Future<Void> drain(Pipeline pipeline) {
        log.atInfo().addKeyValue("held", pipeline.heldEvents()).log("draining");
        return pipeline.drain()
                .onSuccess(abandoned ->
                        log.atInfo().addKeyValue("abandoned", abandoned).log("drained"))
                .mapEmpty();
    }
}
