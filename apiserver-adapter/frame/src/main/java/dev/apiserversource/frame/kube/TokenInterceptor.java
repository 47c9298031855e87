package dev.apiserversource.frame.kube;

import dev.apiserversource.frame.time.Timers;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.http.Interceptor;
import io.fabric8.kubernetes.client.utils.TokenRefreshInterceptor;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Adds the credentials to each request, and reads them again on a worker thread: once a minute, and after a 401. A
 * token that cannot be read is kept as it is. It replaces fabric8's {@link TokenRefreshInterceptor}, which reads files,
 * and runs the exec plugin of a kubeconfig, within the request and so on the event loop.
 *
 * <p>The kubelet replaces the token of a ServiceAccount well before it expires
 * (<a href="https://kubernetes.io/docs/concepts/storage/projected-volumes/#serviceaccounttoken">projected volumes</a>),
 * so a token that is a minute old is valid.
 */
final class TokenInterceptor implements Interceptor {

    static final Duration REFRESH_INTERVAL = Duration.ofMinutes(1);

    private static final Duration READ_TIMEOUT = Duration.ofSeconds(10);
    private static final int UNAUTHORIZED = 401;
    private static final Logger log = LoggerFactory.getLogger(TokenInterceptor.class);

    private final Config config;
    private final Vertx vertx;
    private final Timers timers;
    private final Interceptor header;
    private Duration lastRead;
    private @Nullable Future<Void> reading;

    /**
     * Adds the credentials of {@code config}.
     *
     * @param vertx provides the worker thread
     * @param timers of the event loop that sends the requests
     */
    TokenInterceptor(Config config, Vertx vertx, Timers timers) {
        this.config = config;
        this.vertx = vertx;
        this.timers = timers;
        this.lastRead = timers.uptime();
        this.header = new TokenRefreshInterceptor(
                config, Instant.MAX.minus(REFRESH_INTERVAL), never -> CompletableFuture.completedFuture(""));
    }

    @Override
    public void before(BasicBuilder builder, HttpRequest request, RequestTags tags) {
        header.before(builder, request, tags);
        if (timers.uptime().minus(lastRead).compareTo(REFRESH_INTERVAL) >= 0) {
            read();
        }
    }

    /** Completes with true, which repeats the request, if the token has changed. */
    @Override
    public CompletableFuture<Boolean> afterFailure(BasicBuilder builder, HttpResponse<?> response, RequestTags tags) {
        if (response.code() != UNAUTHORIZED) {
            return CompletableFuture.completedFuture(false);
        }
        String refused = String.valueOf(config.getAutoOAuthToken());
        return read().timeout(READ_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
                .transform(read -> Future.succeededFuture(replace(builder, refused)))
                .toCompletionStage()
                .toCompletableFuture();
    }

    private boolean replace(BasicBuilder builder, String refused) {
        String token = config.getAutoOAuthToken();
        if (token == null || token.equals(refused)) {
            return false;
        }
        builder.setHeader(TokenRefreshInterceptor.AUTHORIZATION, "Bearer " + token);
        return true;
    }

    /** Reads the credentials on a worker thread, one at a time: an exec plugin can take long. */
    private Future<Void> read() {
        if (reading != null) {
            return reading;
        }
        lastRead = timers.uptime();
        Future<Void> read = vertx.executeBlocking(
                        () -> String.valueOf(config.refresh().getAutoOAuthToken()), false)
                .onSuccess(this::keep)
                .mapEmpty();
        reading = read;
        return read.onComplete(done -> reading = null)
                .onFailure(e -> log.atWarn().setCause(e).log("credentials cannot be read, using the last ones"));
    }

    private void keep(String token) {
        if (!token.equals("null") && !token.isEmpty()) {
            config.setAutoOAuthToken(token);
        }
    }
}
