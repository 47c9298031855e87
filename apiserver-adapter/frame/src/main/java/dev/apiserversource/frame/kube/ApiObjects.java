package dev.apiserversource.frame.kube;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Reads and patches single objects, by their path. Nothing is repeated, and no answer is a failure: that is for the caller to judge. */
public final class ApiObjects {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String USER_AGENT = "apiserversource-adapter";

    private final KubernetesClient client;
    private final String baseUrl;
    private final Context context;
    private final Duration patience;

    /**
     * What the API server answered.
     *
     * @param status of HTTP; 0 when there was no answer
     * @param body the object or the Status; missing when there was none, or one that cannot be read
     * @param failure why there was no answer; empty when there was one
     */
    public record Answer(int status, JsonNode body, String failure) {

        /** What went wrong, for people. */
        public String message() {
            return status == 0
                    ? failure
                    : "HTTP " + status + ": " + body.path("message").asText("no reason given");
        }
    }

    /**
     * Objects of the API server that {@code client} speaks to.
     *
     * @param context where answers come in
     * @param patience how long an answer may take
     */
    public ApiObjects(KubernetesClient client, Context context, Duration patience) {
        this.client = client;
        this.baseUrl = baseUrl(client);
        this.context = context;
        this.patience = patience;
    }

    /** The API server's URL as the client is configured with it, without a trailing slash. */
    public static String baseUrl(KubernetesClient client) {
        String url = client.getConfiguration().getMasterUrl();
        return url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
    }

    /** Reads an object, as it is at this moment and not as a cache has it. */
    public Future<Answer> get(String path) {
        return send(request(path).build());
    }

    /** Patches an object; {@code contentType} says which kind of patch {@code patch} is. */
    public Future<Answer> patch(String path, String contentType, ObjectNode patch) {
        return send(request(path).method("PATCH", contentType, patch.toString()).build());
    }

    private HttpRequest.Builder request(String path) {
        return client.getHttpClient()
                .newHttpRequestBuilder()
                .uri(baseUrl + path)
                .header("Accept", "application/json")
                .header("User-Agent", USER_AGENT)
                .timeout(patience.toMillis(), TimeUnit.MILLISECONDS);
    }

    @SuppressWarnings("FutureReturnValueIgnored") // both outcomes are handled in the callback
    private Future<Answer> send(HttpRequest request) {
        Promise<Answer> promise = Promise.promise();
        client.getHttpClient()
                .sendAsync(request, byte[].class)
                .whenComplete((response, failure) ->
                        context.runOnContext(now -> promise.complete(answer(response, failure))));
        return promise.future();
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
