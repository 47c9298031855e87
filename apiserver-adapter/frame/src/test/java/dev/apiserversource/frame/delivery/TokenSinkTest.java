package dev.apiserversource.frame.delivery;

import dev.apiserversource.frame.time.VertxTimers;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;

import static org.assertj.core.api.Assertions.assertThat;

/** What a sink with an audience receives. */
class TokenSinkTest {

    private static final SinkIdentity SHOP = new SinkIdentity("ns", "pods-oidc", "shop");

    private final Vertx vertx = Vertx.vertx();
    private final Context loop = vertx.getOrCreateContext();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final List<String> authorizations = new CopyOnWriteArrayList<>();
    private final NumberedTokens tokens = new NumberedTokens();
    private URI url;
    private String accepted = "Bearer token-1";

    /** Each replacement has the next number. */
    private static final class NumberedTokens implements SinkTokens {

        private final List<String> replaced = new ArrayList<>();
        private boolean replaceable = true;
        private boolean available = true;

        @Override
        public Future<String> token(SinkIdentity identity) {
            return available
                    ? Future.succeededFuture("token-" + (replaced.size() + 1))
                    : Future.failedFuture(DeliveryException.noToken("HTTP 403: forbidden"));
        }

        @Override
        public Future<Optional<String>> replace(SinkIdentity identity, String refused) {
            replaced.add(refused);
            return Future.succeededFuture(
                    replaceable ? Optional.of("token-" + (replaced.size() + 1)) : Optional.empty());
        }
    }

    @BeforeEach
    void start() {
        int port = Await.result(
                        vertx.createHttpServer().requestHandler(this::receive).listen(0, "localhost"))
                .actualPort();
        url = URI.create("http://localhost:" + port + "/in");
    }

    @AfterEach
    void stop() {
        Await.result(vertx.close());
    }

    private void receive(HttpServerRequest request) {
        authorizations.add(String.valueOf(request.getHeader("Authorization")));
        if (request.path().equals("/moved")) {
            request.response()
                    .setStatusCode(307)
                    .putHeader("Location", url.toString())
                    .end();
            return;
        }
        boolean known = accepted.equals(request.getHeader("Authorization"));
        request.response().setStatusCode(known ? 202 : 401).end();
    }

    private Future<Void> deliver(SinkAddress address) {
        DeliverySettings settings = DeliverySettings.defaults(address, "ns");
        Sink sink = new Delivery(
                        vertx,
                        settings,
                        new VertxTimers(vertx),
                        new Random(1),
                        new DeliveryMeters(registry),
                        new SinkAccess(SendPermit.ALWAYS, tokens))
                .attempts(SinkAddress.Role.MAIN, address);
        return Future.future(
                done -> loop.runOnContext(now -> sink.deliver(Events.event("1")).onComplete(done)));
    }

    private SinkAddress withAudience(URI sink) {
        return new SinkAddress(sink, Optional.empty(), Optional.of(SHOP));
    }

    @Test
    void receivesTheToken() {
        Await.result(deliver(withAudience(url)));

        assertThat(authorizations).containsExactly("Bearer token-1");
    }

    @Test
    void withoutAnAudienceReceivesNone() {
        Await.failure(deliver(SinkAddress.of(url)));

        assertThat(authorizations).containsExactly("null");
    }

    @Test
    void receivesTheTokenAfterARedirectWithinItsHost() {
        Await.result(deliver(withAudience(url.resolve("/moved"))));

        assertThat(authorizations).containsExactly("Bearer token-1", "Bearer token-1");
    }

    @Test
    void anotherHostReceivesNothingAfterARedirect() {
        URI here = url;
        url = URI.create(url.toString().replace("localhost", "127.0.0.1"));

        Throwable failure = Await.failure(deliver(withAudience(here.resolve("/moved"))));

        assertThat(failure).hasMessageContaining("redirect to another host");
        assertThat(authorizations).containsExactly("Bearer token-1");
    }

    @Test
    void aRefusedTokenIsReplacedAndTheEventSentAgain() {
        accepted = "Bearer token-2";

        Await.result(deliver(withAudience(url)));

        assertThat(authorizations).containsExactly("Bearer token-1", "Bearer token-2");
        assertThat(tokens.replaced).containsExactly("token-1");
    }

    @Test
    void aTokenIsReplacedOnceForAnAttempt() {
        accepted = "none";

        Throwable failure = Await.failure(deliver(withAudience(url)));

        assertThat(failure).hasMessage("sink answered 401");
        assertThat(authorizations).hasSize(2);
        assertThat(tokens.replaced).hasSize(1);
    }

    @Test
    void withoutAnotherTokenTheRefusalStands() {
        accepted = "none";
        tokens.replaceable = false;

        assertThat(Await.failure(deliver(withAudience(url)))).hasMessage("sink answered 401");
        assertThat(authorizations).hasSize(1);
    }

    @Test
    void withoutATokenNothingIsSentAndTheFailureIsCounted() {
        tokens.available = false;

        Throwable failure = Await.failure(deliver(withAudience(url)));

        assertThat(failure)
                .hasMessage("no token: HTTP 403: forbidden")
                .isInstanceOfSatisfying(DeliveryException.class, e -> {
                    assertThat(e.isRetryable()).isTrue();
                    assertThat(e.isRefusal()).isTrue();
                });
        assertThat(authorizations).isEmpty();
        assertThat(registry.getMeters())
                .anyMatch(meter -> "token".equals(meter.getId().getTag("status")));
    }
}
