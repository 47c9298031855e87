package dev.apiserversource.adapter.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.Base64;
import java.util.concurrent.TimeUnit;

/**
 * ConfigMaps of the real API server, spoken to through the fabric8 client's HTTP stack.
 *
 * <p>They are written by server-side apply, which creates by name, so a Role needs no more than {@code get}, {@code create} and {@code patch}
 * on these names.
 */
final class FabricConfigMapStore implements ConfigMapStore {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String CONTENT = "checkpoint";
    private static final String MANAGER = "apiserversource-adapter";
    private static final long TIMEOUT_SECONDS = 15;

    private final KubernetesClient client;
    private final Context context;
    private final String apiServer;
    private final String namespace;
    private final ArrayNode owners = JSON.createArrayNode();

    /**
     * A store in {@code namespace} of {@code apiServer}; answers come in on {@code context}. What it writes has the owners that the first
     * ConfigMap read has, so that it goes when they go.
     */
    FabricConfigMapStore(KubernetesClient client, Context context, String apiServer, String namespace) {
        this.client = client;
        this.context = context;
        this.apiServer = apiServer;
        this.namespace = namespace;
    }

    /** What the API server answered. */
    private record Answer(int status, JsonNode body) {}

    @Override
    public Future<byte[]> read(String name) {
        return send(request(path(name)).build()).compose(answer -> switch (answer.status()) {
            case 200 -> content(answer.body());
            case 404 -> Future.succeededFuture(new byte[0]);
            default -> refused(answer);
        });
    }

    @Override
    public Future<Boolean> write(String name, byte[] content) {
        String body = configMap(name, content).toString();
        HttpRequest.Builder patch = request(path(name) + "?force=true&fieldManager=" + MANAGER)
                .method("PATCH", "application/apply-patch+yaml", body);
        return send(patch.build()).compose(answer -> switch (answer.status()) {
            case 200 -> Future.succeededFuture(false);
            case 201 -> Future.succeededFuture(true);
            default -> refused(answer);
        });
    }

    @Override
    public Future<String> cluster() {
        return send(request("/api/v1/namespaces/kube-system").build()).compose(answer -> switch (answer.status()) {
            case 200 -> Future.succeededFuture(answer.body().at("/metadata/uid").asText());
            case 403, 404 -> Future.succeededFuture("");
            default -> refused(answer);
        });
    }

    private String path(String name) {
        return "/api/v1/namespaces/" + namespace + "/configmaps/" + name;
    }

    private HttpRequest.Builder request(String path) {
        return client.getHttpClient()
                .newHttpRequestBuilder()
                .uri(apiServer + path)
                .header("Accept", "application/json")
                .header("User-Agent", MANAGER)
                .timeout(TIMEOUT_SECONDS, TimeUnit.SECONDS);
    }

    private ObjectNode configMap(String name, byte[] content) {
        ObjectNode map = JSON.createObjectNode().put("apiVersion", "v1").put("kind", "ConfigMap");
        ObjectNode metadata = map.putObject("metadata").put("name", name).put("namespace", namespace);
        metadata.putObject("labels").put("app.kubernetes.io/managed-by", MANAGER);
        if (!owners.isEmpty()) {
            metadata.set("ownerReferences", owners);
        }
        map.putObject("binaryData").put(CONTENT, Base64.getEncoder().encodeToString(content));
        return map;
    }

    private Future<byte[]> content(JsonNode map) {
        if (owners.isEmpty()) {
            map.at("/metadata/ownerReferences").forEach(owner -> owners.addObject()
                    .put("apiVersion", owner.path("apiVersion").asText())
                    .put("kind", owner.path("kind").asText())
                    .put("name", owner.path("name").asText())
                    .put("uid", owner.path("uid").asText()));
        }
        try {
            byte[] content = map.path("binaryData").path(CONTENT).binaryValue();
            return Future.succeededFuture(content == null ? new byte[0] : content);
        } catch (IOException noBase64) {
            // What is no checkpoint will be found out when it is read.
            return Future.succeededFuture(new byte[1]);
        }
    }

    private static <T> Future<T> refused(Answer answer) {
        String message = answer.body().path("message").asText("no reason given");
        return Future.failedFuture(new StoreException(answer.status(), "HTTP " + answer.status() + ": " + message));
    }

    @SuppressWarnings("FutureReturnValueIgnored") // both outcomes are handled in the callback
    private Future<Answer> send(HttpRequest request) {
        Promise<Answer> promise = Promise.promise();
        client.getHttpClient()
                .sendAsync(request, byte[].class)
                .whenComplete((response, failure) -> context.runOnContext(now -> complete(promise, response, failure)));
        return promise.future();
    }

    private static void complete(
            Promise<Answer> promise, @Nullable HttpResponse<byte[]> response, @Nullable Throwable failure) {
        if (response == null) {
            promise.fail(new StoreException(0, String.valueOf(failure)));
        } else {
            promise.complete(new Answer(response.code(), json(response.body())));
        }
    }

    private static JsonNode json(byte @Nullable [] body) {
        try {
            return body == null
                    ? MissingNode.getInstance()
                    : JSON.readTree(new String(body, java.nio.charset.StandardCharsets.UTF_8));
        } catch (JsonProcessingException other) {
            return MissingNode.getInstance();
        }
    }
}
