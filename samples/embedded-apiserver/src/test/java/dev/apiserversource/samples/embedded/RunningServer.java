package dev.apiserversource.samples.embedded;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.apiserversource.samples.embedded.store.ObjectStore;
import io.vertx.core.Vertx;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

import java.net.http.HttpClient;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** An embedded API server for one test, and a client of it. */
final class RunningServer extends ApiClient implements AfterEachCallback {

    static final String CONFIG_MAPS = "/api/v1/namespaces/default/configmaps";

    private final Vertx vertx = Vertx.vertx();
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    private final EmbeddedApiServer server;

    RunningServer(EmbeddedApiServerOptions options) {
        try {
            server = EmbeddedApiServer.start(vertx, options)
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(30, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    RunningServer() {
        this(EmbeddedApiServerOptions.defaults());
    }

    @Override
    public void afterEach(ExtensionContext context) {
        vertx.close();
    }

    @Override
    String url() {
        return server.url();
    }

    @Override
    HttpClient http() {
        return http;
    }

    EmbeddedApiServer api() {
        return server;
    }

    ObjectStore store() {
        return server.store();
    }

    Vertx vertx() {
        return vertx;
    }

    List<String> lines(String path) {
        WatchReader reader = watch(path);
        return Stream.generate(reader::line)
                .takeWhile(Optional::isPresent)
                .map(Optional::get)
                .toList();
    }

    static ObjectNode configMap(String name) {
        return object("""
                {"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"%s"},"data":{"key":"value"}}""".formatted(name));
    }

    static ObjectNode labelled(String name, String label, String value) {
        ObjectNode configMap = configMap(name);
        configMap.withObject("/metadata/labels").put(label, value);
        return configMap;
    }
}
