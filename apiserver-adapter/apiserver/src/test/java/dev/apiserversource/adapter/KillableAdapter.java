package dev.apiserversource.adapter;

import dev.apiserversource.adapter.config.AdapterConfig;
import dev.apiserversource.frame.delivery.Await;
import dev.apiserversource.frame.kube.KubeClients;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Vertx;

import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/** An adapter that can be killed: its event loops end, and with them everything, without a word to anybody. */
final class KillableAdapter {

    private final Vertx vertx;
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

    private KillableAdapter(Vertx vertx) {
        this.vertx = vertx;
    }

    static KillableAdapter start(AdapterConfig config, String apiServer) {
        KillableAdapter adapter = new KillableAdapter(Vertx.vertx());
        Config api = new ConfigBuilder(Config.empty()).withMasterUrl(apiServer).build();
        AdapterVerticle verticle = new AdapterVerticle(
                config,
                KubeClients.client(adapter.vertx, api, Duration.ofMinutes(1)),
                adapter.registry,
                new SplittableRandom(1),
                new NoopTermination());
        Await.result(adapter.vertx.deployVerticle(verticle));
        return adapter;
    }

    @SuppressWarnings(
            "deprecation") // there is no other way to end an event loop that does not let the verticle stop first
    void kill() {
        vertx.nettyEventLoopGroup().shutdownGracefully(0, 0, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    /** What a program does that is told to end. */
    void stop() {
        Await.result(AdapterMain.stop(vertx));
    }

    /** The gauge's value, 0 before it exists. */
    double gauge(String name) {
        Gauge gauge = registry.find(name).gauge();
        return gauge == null ? 0 : gauge.value();
    }

    double count(String name, String tag, String value) {
        return registry.find(name).tag(tag, value).counters().stream()
                .mapToDouble(counter -> counter.count())
                .sum();
    }
}
