package dev.apiserversource.adapter.delivery;

import dev.apiserversource.adapter.time.Backoff;
import dev.apiserversource.adapter.time.Timers;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Puts the parts of delivery together:
 *
 * <pre>
 *   Dispatcher        one event of a key at a time, bounded
 *     MeteredSink     how long a delivery takes
 *       RetryingSink  repeats attempts, waits between them
 *         LimitedSink so many attempts in flight, no more
 *           HttpSink  one attempt
 * </pre>
 */
public final class Delivery {

    private static final Duration FIRST_BACKOFF = Duration.ofMillis(100);
    private static final Duration MOST_BACKOFF = Duration.ofSeconds(30);

    private Delivery() {}

    /**
     * A dispatcher with everything behind it, down to the HTTP connections. To be called on the event loop that will use it; connections
     * end with the verticle that called, or with {@code vertx}.
     *
     * @param random the source of jitter
     * @param registry receives all metrics of delivery; one pipeline per registry, because a gauge has one owner
     * @throws IllegalArgumentException when the CA certificates of {@code settings} cannot be read
     */
    public static Dispatcher open(
            Vertx vertx, DeliverySettings settings, Timers timers, RandomGenerator random, MeterRegistry registry) {
        DeliveryMeters meters = new DeliveryMeters(registry);
        Sink attempts = attempts(vertx, settings, timers, meters);
        LimitedSink limited = new LimitedSink(attempts, settings.maxInFlight());
        RetryingSink retrying = new RetryingSink(limited, new Backoff(FIRST_BACKOFF, MOST_BACKOFF, random), timers);
        Dispatcher dispatcher = new Dispatcher(new MeteredSink(retrying, timers, meters), settings, timers, registry);
        meters.watch(dispatcher, retrying, limited);
        return dispatcher;
    }

    static Sink attempts(Vertx vertx, DeliverySettings settings, Timers timers, DeliveryMeters meters) {
        return new HttpSink(client(vertx, settings), settings, timers, meters);
    }

    private static HttpClient client(Vertx vertx, DeliverySettings settings) {
        PoolOptions pool =
                new PoolOptions().setHttp1MaxSize(settings.maxInFlight()).setHttp2MaxSize(settings.maxInFlight());
        return vertx.createHttpClient(clientOptions(settings), pool);
    }

    private static HttpClientOptions clientOptions(DeliverySettings settings) {
        HttpClientOptions options = new HttpClientOptions()
                .setTcpKeepAlive(true)
                .setConnectTimeout(Math.toIntExact(settings.attemptTimeout().toMillis()));
        return settings.tls() ? withTls(options, settings) : options;
    }

    /** HTTP/2 where the sink offers it, else HTTP/1.1; the certificate has to name the sink's host. */
    private static HttpClientOptions withTls(HttpClientOptions options, DeliverySettings settings) {
        settings.caCerts().map(TrustedCertificates::systemAnd).ifPresent(options::setTrustOptions);
        return options.setSsl(true)
                .setUseAlpn(true)
                .setProtocolVersion(HttpVersion.HTTP_2)
                .setVerifyHost(true);
    }
}
