package dev.apiserversource.adapter;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.apiserversource.adapter.config.AdapterConfig;
import dev.apiserversource.frame.config.InvalidConfigException;
import dev.apiserversource.frame.delivery.Await;
import dev.apiserversource.frame.delivery.FixtureSink;
import dev.apiserversource.samples.embedded.EmbeddedApiServer;
import dev.apiserversource.samples.embedded.EmbeddedApiServerOptions;
import io.cloudevents.CloudEvent;
import io.vertx.core.Vertx;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/** An embedded API server, a sink, and the adapters started between them, over real connections. */
final class AdapterFixture implements AfterEachCallback {

    private static final Duration POLL_INTERVAL = Duration.ofMillis(5);
    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final Duration IDLE_TIMEOUT = Duration.ofMinutes(1);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Vertx vertx = Vertx.vertx();
    private final List<AdapterUnderTest> adapters = new ArrayList<>();
    private final Map<String, String> environment = new HashMap<>();
    private final EmbeddedApiServer server;
    private final FixtureSink sink;

    AdapterFixture(EmbeddedApiServerOptions options) {
        server = Await.result(EmbeddedApiServer.start(vertx, options));
        sink = Await.result(FixtureSink.start(vertx));
        environment.putAll(Map.of(
                "K_SINK", sink.url().toString(),
                "NAME", "my-source",
                "NAMESPACE", "default",
                "CHECKPOINT_NAME", "",
                "LEASE_NAME", "",
                "PROBES_PORT", "0",
                "METRICS_PORT", "0",
                "ADAPTER_WATCH_TIMEOUT", "60"));
        watch("\"mode\":\"Resource\"", "{\"gvr\":{\"Group\":\"\",\"Version\":\"v1\",\"Resource\":\"configmaps\"}}");
    }

    AdapterFixture() {
        this(EmbeddedApiServerOptions.defaults());
    }

    @Override
    public void afterEach(ExtensionContext context) {
        adapters.forEach(AdapterUnderTest::close);
        Await.result(vertx.close());
    }

    EmbeddedApiServer server() {
        return server;
    }

    FixtureSink sink() {
        return sink;
    }

    /** Sets {@code K_SOURCE_CONFIG} to these fields and resources, in the namespace default. */
    AdapterFixture watch(String fields, String... resources) {
        return with(
                "K_SOURCE_CONFIG",
                "{\"namespaces\":[\"default\"],%s,\"resources\":[%s]}".formatted(fields, String.join(",", resources)));
    }

    AdapterFixture with(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    AdapterUnderTest start() {
        return start(IDLE_TIMEOUT);
    }

    /** Starts an adapter whose idle connections to the API server are closed after {@code idleTimeout}. */
    AdapterUnderTest start(Duration idleTimeout) {
        AdapterUnderTest adapter = new AdapterUnderTest(config(), server.url(), idleTimeout);
        adapters.add(adapter);
        return adapter;
    }

    /** Starts an adapter and waits until every watch is open. */
    AdapterUnderTest startAndWatch() {
        AdapterUnderTest adapter = start();
        awaitOpen(adapter);
        return adapter;
    }

    private AdapterConfig config() {
        try {
            return AdapterConfig.from(environment);
        } catch (InvalidConfigException e) {
            throw new IllegalStateException(e);
        }
    }

    void awaitOpen(AdapterUnderTest adapter) {
        until("every watch is open", adapter::isOpen);
    }

    /** Blocks until {@code condition} holds. It is evaluated on the test's thread. */
    void until(String fact, BooleanSupplier condition) {
        try {
            Awaitility.await()
                    .pollInSameThread()
                    .pollDelay(Duration.ZERO)
                    .pollInterval(POLL_INTERVAL)
                    .atMost(TIMEOUT)
                    .until(condition::getAsBoolean);
        } catch (ConditionTimeoutException e) {
            String metrics = adapters.stream().map(AdapterUnderTest::metrics).collect(Collectors.joining("\n"));
            throw new AssertionError("not yet: " + fact + "\n" + metrics, e);
        }
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
        return sink.accepted().stream().distinct().map(AdapterFixture::summary).toList();
    }

    /** The same, of one object. */
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
