package dev.apiserversource.frame.identity;

import com.sun.net.httpserver.HttpServer;
import dev.apiserversource.frame.delivery.Await;
import dev.apiserversource.frame.delivery.SinkIdentity;
import dev.apiserversource.frame.identity.TokenRequests.Token;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

class KubeTokenRequestsTest {

    private static final SinkIdentity SHOP = new SinkIdentity("ns", "pods-oidc", "shop/orders");

    private final Vertx vertx = Vertx.vertx();
    private final List<String> requests = Collections.synchronizedList(new ArrayList<>());
    private HttpServer server;
    private KubeTokenRequests tokens;
    private volatile int status = 201;
    private volatile String answer = "{}";

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            requests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " " + body);
            byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        server.start();
        Config config = new ConfigBuilder(Config.empty())
                .withMasterUrl("http://127.0.0.1:" + server.getAddress().getPort())
                .build();
        tokens = new KubeTokenRequests(vertx, config);
    }

    @AfterEach
    void stop() {
        tokens.close();
        server.stop(0);
        Await.result(vertx.close());
    }

    private Future<Token> request() {
        return tokens.request(SHOP);
    }

    @Test
    void requestsATokenOfTheServiceAccountForTheAudience() {
        answer = "{\"spec\":{\"expirationSeconds\":3600},\"status\":{\"token\":\"a.b.c\"}}";

        assertThat(Await.result(request())).isEqualTo(new Token("a.b.c", Duration.ofHours(1)));
        assertThat(requests).hasSize(1);
        String[] parts = requests.get(0).split(" ", 3);
        assertThat(parts).startsWith("POST", "/api/v1/namespaces/ns/serviceaccounts/pods-oidc/token");
        assertThat(new JsonObject(parts[2]))
                .isEqualTo(new JsonObject("{\"apiVersion\":\"authentication.k8s.io/v1\",\"kind\":\"TokenRequest\","
                        + "\"spec\":{\"expirationSeconds\":3600,\"audiences\":[\"shop/orders\"]}}"));
    }

    @Test
    void lifetimeIsThatOfTheAnswer() {
        answer = "{\"spec\":{\"expirationSeconds\":600},\"status\":{\"token\":\"t\"}}";
        assertThat(Await.result(request()).lifetime()).isEqualTo(Duration.ofMinutes(10));
    }

    @Test
    void refusalFailsWithTheMessageOfTheApiServer() {
        status = 403;
        answer = "{\"kind\":\"Status\",\"code\":403,\"message\":\"serviceaccounts pods-oidc is forbidden\"}";
        assertThat(Await.failure(request())).hasMessageContaining("serviceaccounts pods-oidc is forbidden");
    }

    @Test
    void answerWithoutATokenIsAFailure() {
        answer = "{\"spec\":{\"expirationSeconds\":600},\"status\":{}}";
        assertThat(Await.failure(request())).isNotNull();
    }

    @Test
    void apiServerThatIsAwayIsAFailure() {
        server.stop(0);
        assertThat(Await.failure(request())).hasMessageContaining("the API server does not answer");
    }

    @Test
    void tokenIsNotInItsText() {
        assertThat(new Token("secret", Duration.ofHours(1)).toString()).doesNotContain("secret");
    }
}
