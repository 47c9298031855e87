package dev.apiserversource.frame.identity;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.apiserversource.frame.delivery.SinkIdentity;
import dev.apiserversource.frame.kube.ApiObjects;
import dev.apiserversource.frame.kube.ApiObjects.Answer;
import dev.apiserversource.frame.kube.KubeClients;
import dev.apiserversource.frame.kube.KubeHttp;
import io.fabric8.kubernetes.client.Config;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.Locale;

/**
 * Tokens by the <a
 * href="https://kubernetes.io/docs/reference/kubernetes-api/authentication-resources/token-request-v1/">TokenRequest
 * API</a>. Connects with the first request.
 */
final class KubeTokenRequests implements TokenRequests, AutoCloseable {

    /** What Knative's adapters request. */
    private static final Duration LIFETIME = Duration.ofHours(1);

    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final Duration IDLE_TIMEOUT = Duration.ofSeconds(30);
    private static final int CREATED = 201;

    private final Vertx vertx;
    private final Config kubernetes;
    private @Nullable KubeHttp client;
    private @Nullable ApiObjects objects;

    /** {@code kubernetes} has address and credentials of the API server. */
    KubeTokenRequests(Vertx vertx, Config kubernetes) {
        this.vertx = vertx;
        this.kubernetes = kubernetes;
    }

    @Override
    public Future<Token> request(SinkIdentity identity) {
        String path = String.format(
                Locale.ROOT,
                "/api/v1/namespaces/%s/serviceaccounts/%s/token",
                identity.namespace(),
                identity.serviceAccount());
        return objects().post(path, body(identity)).compose(KubeTokenRequests::token);
    }

    private ApiObjects objects() {
        if (objects == null) {
            client = KubeClients.http(vertx, kubernetes, IDLE_TIMEOUT);
            objects = new ApiObjects(client, vertx.getOrCreateContext(), TIMEOUT);
        }
        return objects;
    }

    private static ObjectNode body(SinkIdentity identity) {
        ObjectNode body = JsonNodeFactory.instance
                .objectNode()
                .put("apiVersion", "authentication.k8s.io/v1")
                .put("kind", "TokenRequest");
        body.putObject("spec")
                .put("expirationSeconds", LIFETIME.toSeconds())
                .putArray("audiences")
                .add(identity.audience());
        return body;
    }

    /** The answer says how long the token is valid, which may be less than requested. No clock is compared. */
    private static Future<Token> token(Answer answer) {
        JsonNode value = answer.body().at("/status/token");
        if (answer.status() != CREATED || !value.isTextual()) {
            return Future.failedFuture(answer.status() == 0 ? "the API server does not answer" : answer.message());
        }
        long seconds = answer.body().at("/spec/expirationSeconds").asLong(LIFETIME.toSeconds());
        return Future.succeededFuture(new Token(value.asText(), Duration.ofSeconds(seconds)));
    }

    @Override
    public void close() {
        if (client != null) {
            client.close();
        }
    }
}
