package dev.apiserversource.frame.identity;

import dev.apiserversource.frame.delivery.Await;
import dev.apiserversource.frame.delivery.DeliveryException;
import dev.apiserversource.frame.delivery.SinkIdentity;
import dev.apiserversource.frame.identity.TokenRequests.Token;
import dev.apiserversource.frame.time.SimulatedTime;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import static org.assertj.core.api.Assertions.assertThat;

class TokenCacheTest {

    private static final Duration LIFETIME = Duration.ofHours(1);
    private static final SinkIdentity SHOP = new SinkIdentity("ns", "pods-oidc", "shop");

    private final SimulatedTime time = new SimulatedTime();
    private final List<SinkIdentity> requested = new ArrayList<>();
    private final TokenCache tokens = new TokenCache(this::request, time, new Random(1), () -> {});
    private String failure = "";

    private Future<Token> request(SinkIdentity identity) {
        requested.add(identity);
        return failure.isEmpty()
                ? Future.succeededFuture(new Token("token-" + requested.size(), LIFETIME))
                : Future.failedFuture(failure);
    }

    private String token() {
        return Await.result(tokens.token(SHOP));
    }

    @Test
    void requestsOneTokenForManyEvents() {
        assertThat(List.of(token(), token(), token())).containsOnly("token-1");
        assertThat(requested).containsExactly(SHOP);
    }

    @Test
    void eachAudienceHasATokenOfItsOwn() {
        SinkIdentity letters = new SinkIdentity("ns", "pods-oidc", "letters");

        assertThat(token()).isEqualTo("token-1");
        assertThat(Await.result(tokens.token(letters))).isEqualTo("token-2");
    }

    @Test
    void renewsAheadOfExpiry() {
        token();
        time.advance(Duration.ofMinutes(41));
        assertThat(token()).isEqualTo("token-1");
        assertThat(requested).hasSize(1);
        time.advance(Duration.ofMinutes(8));

        token();

        assertThat(requested).hasSize(2);
        assertThat(token()).isEqualTo("token-2");
    }

    @Test
    void isNotDisturbedByAWallClockThatIsSet() {
        token();
        time.setClockBack(Duration.ofDays(1));
        time.advance(Duration.ofMinutes(49));
        token();

        assertThat(requested).hasSize(2);
    }

    @Test
    void theTimeOfRenewalIsJittered() {
        List<Long> renewals = new ArrayList<>();
        Random random = new Random(1);
        for (int round = 0; round < 20; round++) {
            SimulatedTime clock = new SimulatedTime();
            List<SinkIdentity> calls = new ArrayList<>();
            TokenCache cache = new TokenCache(
                    identity -> {
                        calls.add(identity);
                        return Future.succeededFuture(new Token("token", LIFETIME));
                    },
                    clock,
                    random,
                    () -> {});
            while (calls.size() < 2) {
                cache.token(SHOP);
                clock.advance(Duration.ofSeconds(10));
            }
            renewals.add(clock.uptime().toMinutes());
        }

        assertThat(renewals).allMatch(minute -> minute >= 42 && minute <= 48);
        assertThat(renewals.stream().distinct().count()).isGreaterThan(3);
    }

    @Test
    void usesTheOldTokenWhileItCannotBeRenewed() {
        token();
        failure = "HTTP 500: down";
        time.advance(Duration.ofMinutes(50));

        assertThat(token()).isEqualTo("token-1");
        assertThat(token()).isEqualTo("token-1");
        assertThat(requested).hasSize(2);
    }

    @Test
    void usesNoTokenThatIsAboutToExpire() {
        token();
        failure = "HTTP 500: down";
        time.advance(Duration.ofMinutes(58));

        assertThat(Await.failure(tokens.token(SHOP)))
                .isInstanceOfSatisfying(DeliveryException.class, e -> {
                    assertThat(e.isRetryable()).isTrue();
                    assertThat(e.result()).isEqualTo("token");
                })
                .hasMessage("no token: ServiceAccount pods-oidc, audience shop: HTTP 500: down");
    }

    @Test
    void waitsLongerAfterEachFailedRequest() {
        failure = "HTTP 403: forbidden";
        for (int second = 0; second < 600; second++) {
            Await.failure(tokens.token(SHOP));
            Await.failure(tokens.token(SHOP));
            time.advance(Duration.ofSeconds(1));
        }

        assertThat(requested).hasSizeBetween(20, 45);
        failure = "";
        time.advance(Duration.ofSeconds(30));
        assertThat(token()).startsWith("token-");
    }

    @Test
    void requestsOnceForEventsThatWait() {
        Promise<Token> answer = Promise.promise();
        List<SinkIdentity> calls = new ArrayList<>();
        TokenCache cache = new TokenCache(
                identity -> {
                    calls.add(identity);
                    return answer.future();
                },
                time,
                new Random(1),
                () -> {});
        Future<String> first = cache.token(SHOP);
        Future<String> second = cache.token(SHOP);

        answer.complete(new Token("late", LIFETIME));

        assertThat(Await.result(first)).isEqualTo("late");
        assertThat(Await.result(second)).isEqualTo("late");
        assertThat(calls).hasSize(1);
    }

    @Test
    void replacesARefusedTokenOnceAMinute() {
        String refused = token();

        assertThat(Await.result(tokens.replace(SHOP, refused))).contains("token-2");
        assertThat(Await.result(tokens.replace(SHOP, refused))).contains("token-2");
        assertThat(Await.result(tokens.replace(SHOP, "token-2"))).isEmpty();
        assertThat(requested).hasSize(2);

        time.advance(Duration.ofMinutes(1));
        assertThat(Await.result(tokens.replace(SHOP, "token-2"))).contains("token-3");
    }

    @Test
    void aTokenDoesNotAppearInText() {
        assertThat(new Token("secret", LIFETIME).toString()).doesNotContain("secret");
    }
}
