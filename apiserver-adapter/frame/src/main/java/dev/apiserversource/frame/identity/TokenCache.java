package dev.apiserversource.frame.identity;

import dev.apiserversource.frame.delivery.DeliveryException;
import dev.apiserversource.frame.delivery.SinkIdentity;
import dev.apiserversource.frame.delivery.SinkTokens;
import dev.apiserversource.frame.identity.TokenRequests.Token;
import dev.apiserversource.frame.time.Backoff;
import dev.apiserversource.frame.time.Timers;
import io.fabric8.kubernetes.client.Config;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Keeps one token for each identity.
 *
 * <pre>
 *   received        70 to 80 % of the lifetime         95 %
 *      |--- used ------------|--- used, renewed meanwhile ---|--- not used: events wait for a new one
 * </pre>
 *
 * <p>One request at a time for each identity. After a failed one the next waits, from 1 s up to 30 s. A token that the
 * sink refuses is replaced at most once a minute: a sink that refuses each must not cause a request for each event.
 */
public final class TokenCache implements SinkTokens, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(TokenCache.class);

    private static final double RENEWED_AT = 0.8;
    private static final double JITTER = 0.1;
    private static final double USED_UNTIL = 0.95;
    private static final Duration REPLACE_INTERVAL = Duration.ofMinutes(1);
    private static final Duration FIRST_WAIT = Duration.ofSeconds(1);
    private static final Duration MAX_WAIT = Duration.ofSeconds(30);

    private final TokenRequests requests;
    private final Timers timers;
    private final RandomGenerator random;
    private final Backoff backoff;
    private final Runnable closer;
    private final Map<SinkIdentity, Entry> entries = new HashMap<>();

    /** All that is known of one identity. Times are {@link Timers#uptime}. */
    private static final class Entry {

        private String value = "";
        private Duration renewAt = Duration.ZERO;
        private Duration usedUntil = Duration.ZERO;
        private @Nullable Future<String> request;
        private int failures;
        private Duration waitUntil = Duration.ZERO;
        private @Nullable DeliveryException failure;
        private @Nullable Duration replacedAt;

        boolean isUsable(Duration now) {
            return !value.isEmpty() && now.compareTo(usedUntil) < 0;
        }

        boolean isDue(Duration now) {
            return now.compareTo(renewAt) >= 0 && request == null && now.compareTo(waitUntil) >= 0;
        }

        boolean isUnused(Duration now) {
            return request == null && now.compareTo(usedUntil) >= 0 && now.compareTo(waitUntil) >= 0;
        }
    }

    TokenCache(TokenRequests requests, Timers timers, RandomGenerator random, Runnable closer) {
        this.requests = requests;
        this.timers = timers;
        this.random = random;
        this.backoff = new Backoff(FIRST_WAIT, MAX_WAIT, random);
        this.closer = closer;
    }

    /**
     * Tokens that the API server makes. Connects with the first that is needed.
     *
     * @param kubernetes address and credentials of the API server
     * @param random for jitter
     */
    public static TokenCache open(Vertx vertx, Config kubernetes, Timers timers, RandomGenerator random) {
        KubeTokenRequests requests = new KubeTokenRequests(vertx, kubernetes);
        return new TokenCache(requests, timers, random, requests::close);
    }

    @Override
    public Future<String> token(SinkIdentity identity) {
        Duration now = timers.uptime();
        Entry entry = entries.computeIfAbsent(identity, first -> new Entry());
        if (entry.isUsable(now)) {
            String used = entry.value;
            if (entry.isDue(now)) {
                request(identity, entry);
            }
            return Future.succeededFuture(used);
        }
        return requestUnlessWaiting(identity, entry, now);
    }

    private Future<String> requestUnlessWaiting(SinkIdentity identity, Entry entry, Duration now) {
        if (entry.request != null) {
            return entry.request;
        }
        return entry.failure != null && now.compareTo(entry.waitUntil) < 0
                ? Future.failedFuture(entry.failure)
                : request(identity, entry);
    }

    @Override
    public Future<Optional<String>> replace(SinkIdentity identity, String refused) {
        Duration now = timers.uptime();
        Entry entry = entries.computeIfAbsent(identity, first -> new Entry());
        if (entry.isUsable(now) && !entry.value.equals(refused)) {
            return Future.succeededFuture(Optional.of(entry.value));
        }
        if (entry.request != null) {
            return optional(entry.request);
        }
        if (entry.replacedAt != null && now.minus(entry.replacedAt).compareTo(REPLACE_INTERVAL) < 0) {
            return Future.succeededFuture(Optional.empty());
        }
        entry.replacedAt = now;
        return optional(request(identity, entry));
    }

    private static Future<Optional<String>> optional(Future<String> request) {
        return request.map(Optional::of).otherwise(Optional.empty());
    }

    private Future<String> request(SinkIdentity identity, Entry entry) {
        Future<String> request = requests.request(identity)
                .map(token -> keep(entry, token))
                .recover(cause -> Future.failedFuture(fail(identity, entry, cause)));
        if (!request.isComplete()) {
            entry.request = request;
            return request.onComplete(done -> entry.request = null);
        }
        return request;
    }

    private String keep(Entry entry, Token token) {
        Duration now = timers.uptime();
        entry.value = token.value();
        entry.renewAt = now.plus(part(token.lifetime(), RENEWED_AT - JITTER * random.nextDouble()));
        entry.usedUntil = now.plus(part(token.lifetime(), USED_UNTIL));
        entry.failures = 0;
        entry.failure = null;
        entry.waitUntil = Duration.ZERO;
        entries.values().removeIf(other -> other != entry && other.isUnused(now));
        return token.value();
    }

    private static Duration part(Duration lifetime, double share) {
        return Duration.ofMillis((long) (lifetime.toMillis() * share));
    }

    private DeliveryException fail(SinkIdentity identity, Entry entry, Throwable cause) {
        DeliveryException failure = DeliveryException.noToken("ServiceAccount " + identity.serviceAccount()
                + ", audience " + identity.audience() + ": " + cause.getMessage());
        entry.failures++;
        entry.failure = failure;
        entry.waitUntil = timers.uptime().plus(backoff.before(entry.failures));
        log.atWarn()
                .addKeyValue("serviceAccount", identity.serviceAccount())
                .addKeyValue("audience", identity.audience())
                .addKeyValue("reason", cause.getMessage())
                .log("token request failed, retrying");
        return failure;
    }

    @Override
    public void close() {
        closer.run();
    }
}
