package dev.apiserversource.samples.embedded;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.apiserversource.samples.embedded.store.Json;
import dev.apiserversource.samples.embedded.store.ObjectStore;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A server and a plain HTTP client for one test. */
final class RunningServer implements AfterEachCallback {

    static final String CONFIG_MAPS = "/api/v1/namespaces/default/configmaps";
    static final String METADATA_ONLY = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1";

    private final Vertx vertx = Vertx.vertx();
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    private final EmbeddedApiServer server;

    RunningServer(EmbeddedApiServerOptions options) {
        try {
            server = EmbeddedApiServer.start(vertx, options)
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(10, TimeUnit.SECONDS);
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

    EmbeddedApiServer api() {
        return server;
    }

    ObjectStore store() {
        return server.store();
    }

    Vertx vertx() {
        return vertx;
    }

    /** An answer's status, headers and JSON body. */
    record Reply(int code, HttpResponse<?> http, JsonNode body) {

        String text(String dottedPath) {
            return Json.text(body, dottedPath);
        }

        String resourceVersion() {
            return text("metadata.resourceVersion");
        }
    }

    Reply get(String path) {
        return send("GET", path, "", "application/json", "application/json");
    }

    Reply getAs(String path, String accept) {
        return send("GET", path, "", "application/json", accept);
    }

    Reply post(String path, String body) {
        return send("POST", path, body, "application/json", "application/json");
    }

    Reply put(String path, String body) {
        return send("PUT", path, body, "application/json", "application/json");
    }

    Reply patch(String path, String contentType, String body) {
        return send("PATCH", path, body, contentType, "application/json");
    }

    Reply delete(String path) {
        return send("DELETE", path, "", "application/json", "application/json");
    }

    Reply delete(String path, String options) {
        return send("DELETE", path, options, "application/json", "application/json");
    }

    List<String> lines(String path) {
        WatchReader reader = watch(path);
        return Stream.generate(reader::line)
                .takeWhile(Optional::isPresent)
                .map(Optional::get)
                .toList();
    }

    Reply send(String method, String path, String body, String contentType, String accept) {
        return send(request(path, accept)
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                .header("content-type", contentType)
                .build());
    }

    private Reply send(HttpRequest request) {
        try {
            HttpResponse<byte[]> response = client.send(request, BodyHandlers.ofByteArray());
            return new Reply(response.statusCode(), response, Json.parse(Buffer.buffer(response.body())));
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    WatchReader watch(String pathAndQuery) {
        return watchAs(pathAndQuery, "application/json");
    }

    WatchReader watchAs(String pathAndQuery, String accept) {
        try {
            return new WatchReader(client.send(request(pathAndQuery, accept).build(), BodyHandlers.ofInputStream()));
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    HttpRequest.Builder request(String path, String accept) {
        return HttpRequest.newBuilder(URI.create(server.url() + path))
                .timeout(Duration.ofSeconds(10))
                .header("accept", accept);
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

    static ObjectNode object(String json) {
        return Json.parseObject(Buffer.buffer(json));
    }
}
