package dev.apiserversource.controller.identity;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import dev.apiserversource.controller.SettableClock;
import dev.apiserversource.controller.api.ContainerSource;
import dev.apiserversource.controller.status.ConditionValue;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

import static org.assertj.core.api.Assertions.assertThat;

class TokenSecretsTest {

    private static final String SECRETS = "/api/v1/namespaces/shop/secrets";
    private static final String SECRET = SECRETS + "/beats-oidc-token-u-1";
    private static final String TOKEN =
            "/api/v1/namespaces/shop/serviceaccounts/" + "beats-sinkbinding-oidc-sources.knative.dev-sinkbinding/token";

    private final SettableClock clock = new SettableClock();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final Map<String, JsonNode> bodies = new ConcurrentHashMap<>();
    private final ContainerSource source = Serialization.unmarshal(
            "apiVersion: sources.knative.dev/v1\nkind: ContainerSource\nmetadata: {name: beats, namespace: shop, uid:"
                    + " u-1}\nspec: {sink: {uri: 'http://sink'}, template: {spec: {containers: [{name: a}]}}}",
            ContainerSource.class);
    private HttpServer server;
    private KubernetesClient client;
    private TokenSecrets tokens;
    private volatile boolean exists;
    private volatile int tokenStatus = 201;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            String request =
                    exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath();
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            requests.add(request);
            bodies.put(request, Serialization.unmarshal(body, JsonNode.class));
            byte[] answer = answer(request).getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(status(request), answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        server.start();
        client = new KubernetesClientBuilder()
                .withConfig(new ConfigBuilder(Config.empty())
                        .withMasterUrl("http://127.0.0.1:" + server.getAddress().getPort())
                        .withRequestRetryBackoffLimit(0)
                        .build())
                .build();
        tokens = new TokenSecrets(client, clock);
    }

    @AfterEach
    void stop() {
        client.close();
        server.stop(0);
    }

    private int status(String request) {
        if (request.equals("POST " + TOKEN)) {
            return tokenStatus;
        }
        return request.startsWith("PUT") && !exists ? 404 : 201;
    }

    private static String answer(String request) {
        return request.endsWith("/token")
                ? "{\"apiVersion\":\"authentication.k8s.io/v1\",\"kind\":\"TokenRequest\",\"message\":\"no\","
                        + "\"spec\":{\"audiences\":[],\"expirationSeconds\":3600},\"status\":{\"token\":\"a.b.c\"}}"
                : "{}";
    }

    @Test
    void writesATokenOfTheSourceForTheAudience() {
        assertThat(tokens.ensure(source, "orders")).isEqualTo(ConditionValue.TRUE);
        assertThat(requests).containsExactly("POST " + TOKEN, "PUT " + SECRET, "POST " + SECRETS);
        assertThat(bodies.get("POST " + TOKEN).at("/spec/audiences/0").asText()).isEqualTo("orders");
        assertThat(bodies.get("POST " + TOKEN).at("/spec/expirationSeconds").asInt())
                .isEqualTo(3600);
        JsonNode secret = bodies.get("POST " + SECRETS);
        assertThat(secret.at("/stringData/token").asText()).isEqualTo("a.b.c");
        assertThat(secret.at("/metadata/name").asText()).isEqualTo("beats-oidc-token-u-1");
        assertThat(secret.at("/metadata/labels/eventing.knative.dev~1oidc").asText())
                .isEqualTo("enabled");
        assertThat(secret.at("/metadata/ownerReferences/0/uid").asText()).isEqualTo("u-1");
    }

    /** A right to read one would be a right to read all. */
    @Test
    void neverReadsASecret() {
        exists = true;
        tokens.ensure(source, "orders");
        assertThat(requests).containsExactly("POST " + TOKEN, "PUT " + SECRET);
    }

    @Test
    void replacesTheTokenWhenHalfOfItsTimeHasPassed() {
        exists = true;
        tokens.ensure(source, "orders");
        clock.advance(Duration.ofMinutes(29));
        tokens.ensure(source, "orders");
        assertThat(requests).hasSize(2);
        clock.advance(Duration.ofMinutes(1));
        tokens.ensure(source, "orders");
        assertThat(requests).hasSize(4);
    }

    @Test
    void replacesTheTokenForAnotherAudience() {
        exists = true;
        tokens.ensure(source, "orders");
        tokens.ensure(source, "letters");
        assertThat(requests).hasSize(4);
        assertThat(bodies.get("POST " + TOKEN).at("/spec/audiences/0").asText()).isEqualTo("letters");
    }

    @Test
    void refusalIsAConditionAndIsTriedAgain() {
        tokenStatus = 403;
        assertThat(tokens.ensure(source, "orders").reason()).isEqualTo("Refused");
        tokenStatus = 201;
        assertThat(tokens.ensure(source, "orders")).isEqualTo(ConditionValue.TRUE);
    }
}
