package dev.apiserversource.frame.delivery;

import dev.apiserversource.frame.time.Timers;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;

import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * Puts the parts of delivery together:
 *
 * <pre>
 *   Dispatcher              one event of a key at a time, bounded
 *     MeteredSink           how long a delivery takes
 *       DeadLetteringSink   sends on what the sink does not take; left out without a dead letter sink
 *         RetryingSink      repeats attempts, waits between them
 *           LimitedSink     so many attempts in flight, no more
 *             GatedSink     holds attempts back while this process may not send
 *               HttpSink    one attempt at the sink
 *         RetryingSink      the same way to the dead letter sink,
 *           LimitedSink     where attempts are repeated without end
 *             GatedSink
 *               HttpSink
 * </pre>
 */
public final class Delivery {

    private final Vertx vertx;
    private final DeliverySettings settings;
    private final Timers timers;
    private final RandomGenerator random;
    private final DeliveryMeters meters;
    private final SendPermit gate;

    Delivery(
            Vertx vertx,
            DeliverySettings settings,
            Timers timers,
            RandomGenerator random,
            DeliveryMeters meters,
            SendPermit gate) {
        this.vertx = vertx;
        this.settings = settings;
        this.timers = timers;
        this.random = random;
        this.meters = meters;
        this.gate = gate;
    }

    /**
     * A dispatcher with everything behind it, down to the HTTP connections. To be called on the event loop that will use it; connections
     * end with the verticle that called, or with {@code vertx}.
     *
     * @param random the source of jitter
     * @param registry receives all metrics of delivery; one pipeline per registry, because a gauge has one owner
     * @param gate whether this process may send at all
     * @throws IllegalArgumentException when CA certificates of {@code settings} cannot be read
     */
    public static Dispatcher open(
            Vertx vertx,
            DeliverySettings settings,
            Timers timers,
            RandomGenerator random,
            MeterRegistry registry,
            SendPermit gate) {
        return new Delivery(vertx, settings, timers, random, new DeliveryMeters(registry), gate).dispatcher(registry);
    }

    private Dispatcher dispatcher(MeterRegistry registry) {
        DeliveryPath main =
                route(SinkRole.MAIN, settings.sink(), settings.retry().policy(random));
        Optional<DeliveryPath> deadLetter = settings.deadLetterSink()
                .map(address ->
                        route(SinkRole.DEAD_LETTER, address, settings.retry().untilTaken(random)));
        Sink all = deadLetter
                .<Sink>map(route -> new DeadLetteringSink(
                        main, route, new DeadLetters(settings.sink().url())))
                .orElse(main);
        Dispatcher dispatcher = new Dispatcher(new MeteredSink(all, timers, meters), settings, timers, registry);
        List<DeliveryPath> routes =
                Stream.concat(Stream.of(main), deadLetter.stream()).toList();
        meters.watch(dispatcher, routes);
        return dispatcher;
    }

    private DeliveryPath route(SinkRole role, SinkAddress address, RetryPolicy policy) {
        LimitedSink limited = new LimitedSink(new GatedSink(attempts(role, address), gate), settings.maxInFlight());
        return new DeliveryPath(new RetryingSink(limited, role, policy, timers), limited);
    }

    /** One attempt for each event, and nothing else. */
    Sink attempts(SinkRole role, SinkAddress address) {
        return new HttpSink(client(address), role, address, settings, timers, meters, gate);
    }

    private HttpClient client(SinkAddress address) {
        PoolOptions pool =
                new PoolOptions().setHttp1MaxSize(settings.maxInFlight()).setHttp2MaxSize(settings.maxInFlight());
        return vertx.createHttpClient(clientOptions(address), pool);
    }

    private HttpClientOptions clientOptions(SinkAddress address) {
        HttpClientOptions options = new HttpClientOptions()
                .setTcpKeepAlive(true)
                .setConnectTimeout(Math.toIntExact(settings.attemptTimeout().toMillis()));
        return address.tls() ? withTls(options, address) : options;
    }

    /** HTTP/2 where the sink offers it, else HTTP/1.1; the certificate has to name the sink's host. */
    private static HttpClientOptions withTls(HttpClientOptions options, SinkAddress address) {
        address.caCerts().map(TrustedCertificates::systemAnd).ifPresent(options::setTrustOptions);
        return options.setSsl(true)
                .setUseAlpn(true)
                .setProtocolVersion(HttpVersion.HTTP_2)
                .setVerifyHost(true);
    }
}
