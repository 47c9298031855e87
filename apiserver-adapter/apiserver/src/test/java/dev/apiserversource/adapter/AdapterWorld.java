package dev.apiserversource.adapter;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.apiserversource.adapter.config.AdapterConfig;
import dev.apiserversource.frame.Termination;
import dev.apiserversource.frame.config.InvalidConfigException;
import dev.apiserversource.frame.delivery.Await;
import dev.apiserversource.frame.delivery.FixtureSink;
import dev.apiserversource.frame.kube.KubeClients;
import dev.apiserversource.samples.embedded.EmbeddedApiServer;
import dev.apiserversource.samples.embedded.EmbeddedApiServerOptions;
import io.cloudevents.CloudEvent;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;

/** The whole adapter as a verticle, between an embedded API server and a sink, over real connections. */
final class AdapterWorld implements AfterEachCallback {

    private static final int LOOK_EVERY_MS = 5;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Vertx vertx = Vertx.vertx();
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Promise<String> fatal = Promise.promise();
    private final List<KubernetesClient> clients = new ArrayList<>();
    private final Map<String, String> environment = new HashMap<>();
    private final EmbeddedApiServer server;
    private final FixtureSink sink;
    private String deployment = "";

    AdapterWorld(EmbeddedApiServerOptions options) {
        server = Await.result(EmbeddedApiServer.start(vertx, options));
        sink = Await.result(FixtureSink.start(vertx));
        environment.putAll(Map.of(
                "K_SINK", sink.url().toString(),
                "NAME", "my-source",
                "NAMESPACE", "default",
                "PROBES_PORT", "0",
                "METRICS_PORT", "0",
                "ADAPTER_WATCH_TIMEOUT", "60"));
        watch("\"mode\":\"Resource\"", "{\"gvr\":{\"Group\":\"\",\"Version\":\"v1\",\"Resource\":\"configmaps\"}}");
    }

    AdapterWorld() {
        this(EmbeddedApiServerOptions.defaults());
    }

    @Override
    public void afterEach(ExtensionContext context) {
        Await.result(stopAll());
        clients.forEach(KubernetesClient::close);
    }

    EmbeddedApiServer server() {
        return server;
    }

    FixtureSink sink() {
        return sink;
    }

    /** What {@code K_SOURCE_CONFIG} says: these fields and these resources, in the namespace default. */
    AdapterWorld watch(String fields, String... resources) {
        return with(
                "K_SOURCE_CONFIG",
                "{\"namespaces\":[\"default\"],%s,\"resources\":[%s]}".formatted(fields, String.join(",", resources)));
    }

    AdapterWorld with(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    /** All variables, for an adapter of another kind. */
    Map<String, String> environment() {
        return Map.copyOf(environment);
    }

    /** Starts the adapter; its connections to the API server are given up after {@code patience} of silence. */
    void start(Duration patience) {
        Config api =
                new ConfigBuilder(Config.empty()).withMasterUrl(server.url()).build();
        KubernetesClient client = KubeClients.client(vertx, api, patience);
        clients.add(client);
        AdapterVerticle adapter = new AdapterVerticle(config(), client, registry, new SplittableRandom(1), ending());
        deployment = Await.result(vertx.deployVerticle(adapter));
    }

    private Termination ending() {
        return new Termination() {
            @Override
            public void cannotWork(String why) {
                fatal.tryComplete(why);
            }

            @Override
            public void superseded(String why) {
                fatal.tryComplete("superseded: " + why);
            }
        };
    }

    AdapterConfig config() {
        try {
            return AdapterConfig.from(environment);
        } catch (InvalidConfigException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Starts the adapter as a process of its own. */
    KillableAdapter startMortal() {
        return KillableAdapter.start(config(), server.url());
    }

    /** Starts the adapter and waits until every watch is open. */
    AdapterWorld startAndWatch() {
        start(Duration.ofMinutes(1));
        awaitOpen();
        return this;
    }

    /** Drains and stops the adapter. */
    Future<Void> stop() {
        return vertx.undeploy(deployment);
    }

    /** What the program does when it is told to end. */
    Future<Void> stopAll() {
        return AdapterMain.stop(vertx);
    }

    void awaitOpen() {
        until("every watch is open", () -> {
            // Asked once: between the finding of a resource and the making of its streams none is wanted, and as many
            // are open.
            double wanted = gauge("apiserversource.streams.wanted");
            return wanted > 0 && gauge("apiserversource.streams.open") == wanted;
        });
    }

    /** Why the adapter wanted to end the process. */
    Future<String> fatal() {
        return fatal.future();
    }

    /** Blocks until {@code fact} holds. */
    void until(String fact, BooleanSupplier holds) {
        Promise<Void> held = Promise.promise();
        long looking = vertx.setPeriodic(LOOK_EVERY_MS, again -> {
            if (holds.getAsBoolean()) {
                held.tryComplete();
            }
        });
        try {
            Await.result(held.future());
        } catch (AssertionError e) {
            throw new AssertionError("not yet: " + fact + "\n" + registry.scrape(), e);
        } finally {
            vertx.cancelTimer(looking);
        }
    }

    /** The gauge's value, 0 before it exists. */
    double gauge(String name) {
        Gauge gauge = registry.find(name).gauge();
        return gauge == null ? 0 : gauge.value();
    }

    /** How often a counter of that name and tag has counted. */
    double count(String name, String tag, String value) {
        return registry.find(name).tag(tag, value).counters().stream()
                .mapToDouble(counter -> counter.count())
                .sum();
    }

    ObjectNode create(String name, String value) {
        return server.store().create(configMap(name, value));
    }

    ObjectNode update(String name, String value) {
        return server.store().update(configMap(name, value));
    }

    void delete(String name) {
        server.store().delete("v1", "ConfigMap", "default", name);
    }

    private static ObjectNode configMap(String name, String value) {
        ObjectNode object = object("{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"" + name
                + "\",\"namespace\":\"default\"}}");
        object.putObject("data").put("value", value);
        return object;
    }

    static ObjectNode object(String json) {
        try {
            return (ObjectNode) JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** What the sink has accepted, each event once, as {@code add a} or {@code update a}. */
    List<String> accepted() {
        return sink.accepted().stream().distinct().map(AdapterWorld::summary).toList();
    }

    /** The same of one object only. */
    List<String> accepted(String name) {
        return accepted().stream()
                .filter(summary -> summary.endsWith(" " + name))
                .toList();
    }

    void awaitAccepted(String... summaries) {
        until(String.join(", ", summaries), () -> accepted().containsAll(List.of(summaries)));
    }

    static String summary(CloudEvent event) {
        String type = event.getType();
        return type.substring(type.lastIndexOf('.') + 1) + " " + event.getExtension("name");
    }
}
