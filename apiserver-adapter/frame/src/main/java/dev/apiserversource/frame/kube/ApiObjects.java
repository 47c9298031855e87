package dev.apiserversource.frame.kube;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Reads and patches single objects by path. Requests are not retried, and every HTTP status completes the future
 * normally: the caller decides what is an error.
 */
public final class ApiObjects {

    /** The label of the ConfigMaps and Leases that hold the state of a source. */
    public static final String MANAGED_BY = "app.kubernetes.io/managed-by";

    /** The value of {@link #MANAGED_BY}, and the field manager of these objects. */
    public static final String MANAGER = "apiserversource-adapter";

    private static final ObjectMapper JSON = new ObjectMapper();

    private final KubeHttp api;
    private final Context context;
    private final Duration timeout;

    /**
     * An answer of the API server.
     *
     * @param status of HTTP; 0 when there was no answer
     * @param body the object or a Status; missing when there is none that can be parsed
     * @param failure why there was no answer; empty when there was one
     */
    public record Answer(int status, JsonNode body, String failure) {

        /** The error, for people. */
        public String message() {
            return status == 0
                    ? failure
                    : "HTTP " + status + ": " + body.path("message").asText("no reason given");
        }
    }

    /**
     * Objects of an API server.
     *
     * @param context receives the answers
     * @param timeout of a request, its answer included
     */
    public ApiObjects(KubeHttp api, Context context, Duration timeout) {
        this.api = api;
        this.context = context;
        this.timeout = timeout;
    }

    /** Reads an object, not from a cache. */
    public Future<Answer> get(String path) {
        return send(() -> request(path).build());
    }

    /** Creates an object, or posts to a subresource. */
    public Future<Answer> post(String path, ObjectNode object) {
        return send(() -> request(path)
                .method("POST", "application/json", object.toString())
                .build());
    }

    /** Patches an object; {@code contentType} is that of the kind of patch. */
    public Future<Answer> patch(String path, String contentType, ObjectNode patch) {
        return send(() ->
                request(path).method("PATCH", contentType, patch.toString()).build());
    }

    private HttpRequest.Builder request(String path) {
        return api.client()
                .newHttpRequestBuilder()
                .uri(api.baseUrl() + path)
                .header("Accept", "application/json")
                .timeout(timeout.toMillis(), TimeUnit.MILLISECONDS);
    }

    @SuppressWarnings("FutureReturnValueIgnored") // both outcomes are handled in the callback
    private Future<Answer> send(Supplier<HttpRequest> request) {
        Promise<Answer> promise = Promise.promise();
        sendAsync(request)
                .whenComplete((response, failure) ->
                        context.runOnContext(now -> promise.complete(answer(response, failure))));
        return promise.future();
    }

    /** Interceptors of the client run within this call and can throw. */
    private CompletableFuture<HttpResponse<byte[]>> sendAsync(Supplier<HttpRequest> request) {
        try {
            return api.client().sendAsync(request.get(), byte[].class);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private static Answer answer(@Nullable HttpResponse<byte[]> response, @Nullable Throwable failure) {
        return response == null
                ? new Answer(0, MissingNode.getInstance(), String.valueOf(failure))
                : new Answer(response.code(), json(response.body()), "");
    }

    private static JsonNode json(byte @Nullable [] body) {
        try {
            return body == null ? MissingNode.getInstance() : JSON.readTree(new String(body, StandardCharsets.UTF_8));
        } catch (JsonProcessingException other) {
            return MissingNode.getInstance();
        }
    }
}
