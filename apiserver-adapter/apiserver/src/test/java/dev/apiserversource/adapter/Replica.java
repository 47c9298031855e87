package dev.apiserversource.adapter;

import dev.apiserversource.adapter.config.AdapterConfig;
import dev.apiserversource.frame.Termination;
import dev.apiserversource.frame.config.InvalidConfigException;
import dev.apiserversource.frame.delivery.Await;
import dev.apiserversource.frame.kube.KubeClients;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** One of several adapters of a world, on an event loop of its own, which can be frozen with all it does. */
final class Replica implements Termination, AutoCloseable {

    private static final long LONGEST_FREEZE_SECONDS = 60;

    private final Vertx vertx = Vertx.vertx(new VertxOptions()
            .setEventLoopPoolSize(1)
            .setMaxEventLoopExecuteTime(LONGEST_FREEZE_SECONDS)
            .setMaxEventLoopExecuteTimeUnit(TimeUnit.SECONDS));
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Promise<String> superseded = Promise.promise();
    private final KubernetesClient client;
    private final AdapterVerticle adapter;
    private final String deployment;
    private CountDownLatch frozen = new CountDownLatch(0);

    /** Starts an adapter under the name of a pod. */
    Replica(AdapterWorld world, String pod) {
        Config api = new ConfigBuilder(Config.empty())
                .withMasterUrl(world.server().url())
                .build();
        client = KubeClients.client(vertx, api, Duration.ofMinutes(1));
        Map<String, String> environment = new HashMap<>(world.environment());
        environment.put("POD_NAME", pod);
        environment.put("POD_IP", "127.0.0.1");
        adapter = new AdapterVerticle(config(environment), client, registry, new SplittableRandom(1), this);
        deployment = Await.result(vertx.deployVerticle(adapter));
    }

    private static AdapterConfig config(Map<String, String> environment) {
        try {
            return AdapterConfig.from(environment);
        } catch (InvalidConfigException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void cannotWork(String why) {
        superseded.tryFail(why);
    }

    @Override
    public void superseded(String why) {
        superseded.tryComplete(why);
    }

    /** Why it may not go on. */
    Future<String> superseded() {
        return superseded.future();
    }

    /** The gauge's value, 0 before it exists. */
    double gauge(String name) {
        Gauge gauge = registry.find(name).gauge();
        return gauge == null ? 0 : gauge.value();
    }

    boolean isReady() {
        return adapter.readiness().ready();
    }

    boolean isActive() {
        return gauge("apiserversource.active") == 1;
    }

    /** What the program does when it is told to end. */
    Future<Void> stop() {
        return vertx.undeploy(deployment);
    }

    void freeze() {
        CountDownLatch thawed = new CountDownLatch(1);
        frozen = thawed;
        Promise<Void> asleep = Promise.promise();
        vertx.runOnContext(now -> {
            asleep.complete();
            await(thawed);
        });
        Await.result(asleep.future());
    }

    private static void await(CountDownLatch thawed) {
        try {
            if (!thawed.await(LONGEST_FREEZE_SECONDS, TimeUnit.SECONDS)) {
                throw new AssertionError("never thawed");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    void thaw() {
        frozen.countDown();
    }

    @Override
    public void close() {
        thaw();
        Await.result(AdapterMain.stop(vertx));
        client.close();
    }
}
