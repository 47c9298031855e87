package dev.apiserversource.frame.delivery;

import dev.apiserversource.frame.delivery.SinkAddress.Role;
import dev.apiserversource.frame.time.Timers;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;

import java.util.List;
import java.util.Optional;
import java.util.function.ToIntFunction;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * Composes the parts of delivery:
 *
 * <pre>
 *   Dispatcher              one event of a key at a time, bounded
 *     timed                 measures deliveries
 *       DeadLetteringSink   sends failed events to the dead letter sink; left out without one
 *         RetryingSink      retries, with backoff
 *           LimitedSink     limits the attempts in flight
 *             GatedSink     delays attempts while this process has no permit to send
 *               HttpSink    one attempt
 *         RetryingSink      the same for the dead letter sink,
 *           LimitedSink     where every failure is retried without limit
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
    private final SendPermit permit;

    /** The decorators in front of one sink, of which two are observed. */
    private record DeliveryPath(RetryingSink retrying, LimitedSink limited) {}

    Delivery(
            Vertx vertx,
            DeliverySettings settings,
            Timers timers,
            RandomGenerator random,
            DeliveryMeters meters,
            SendPermit permit) {
        this.vertx = vertx;
        this.settings = settings;
        this.timers = timers;
        this.random = random;
        this.meters = meters;
        this.permit = permit;
    }

    /**
     * Opens a dispatcher with everything behind it, down to the HTTP connections. To be called on the event loop that
     * will use it. Connections are closed with the calling verticle, or with {@code vertx}.
     *
     * @param random the source of jitter
     * @param registry receives all metrics of delivery; one dispatcher per registry
     * @param permit whether this process can send
     * @throws IllegalArgumentException when CA certificates of {@code settings} cannot be read
     */
    public static Dispatcher open(
            Vertx vertx,
            DeliverySettings settings,
            Timers timers,
            RandomGenerator random,
            MeterRegistry registry,
            SendPermit permit) {
        return new Delivery(vertx, settings, timers, random, new DeliveryMeters(registry), permit).dispatcher(registry);
    }

    private Dispatcher dispatcher(MeterRegistry registry) {
        RetrySettings retry = settings.retry();
        DeliveryPath main = path(Role.MAIN, settings.sink(), retry.policy(random));
        Optional<DeliveryPath> deadLetter = settings.deadLetterSink()
                .map(address -> path(Role.DEAD_LETTER, address, retry.policyUntilDelivered(random)));
        Sink sink = deadLetter
                .<Sink>map(path ->
                        new DeadLetteringSink(main.retrying, settings.sink().url(), path.retrying))
                .orElse(main.retrying);
        Dispatcher dispatcher = new Dispatcher(meters.timed(sink, timers), settings, timers, registry);
        observe(dispatcher, Stream.concat(Stream.of(main), deadLetter.stream()).toList());
        return dispatcher;
    }

    private DeliveryPath path(Role role, SinkAddress address, RetryPolicy policy) {
        GatedSink gated = new GatedSink(attempts(role, address), permit);
        LimitedSink limited = new LimitedSink(gated, settings.limits().maxInFlight());
        return new DeliveryPath(new RetryingSink(limited, role, policy, timers), limited);
    }

    private void observe(Dispatcher dispatcher, List<DeliveryPath> paths) {
        meters.registerAttempts(
                dispatcher::pendingEvents,
                () -> sum(paths, path -> path.limited.inFlight()),
                () -> sum(paths, path -> path.retrying.inBackoff()));
        dispatcher.observeRefusals(() ->
                paths.stream().flatMap(path -> path.retrying.refusal().stream()).toList());
    }

    private static int sum(List<DeliveryPath> paths, ToIntFunction<DeliveryPath> value) {
        return paths.stream().mapToInt(value).sum();
    }

    /** A sink that makes one attempt for each event. */
    Sink attempts(Role role, SinkAddress address) {
        return new HttpSink(
                client(address),
                address.url(),
                settings,
                timers,
                permit,
                attempt -> meters.countAttempt(role, attempt));
    }

    private HttpClient client(SinkAddress address) {
        int maxInFlight = settings.limits().maxInFlight();
        return vertx.httpClientBuilder()
                .with(clientOptions(address))
                .with(new PoolOptions().setHttp1MaxSize(maxInFlight).setHttp2MaxSize(maxInFlight))
                .withConnectHandler(HttpSink::discardInterimAnswers)
                .build();
    }

    /** An http sink can redirect to https, so its certificates are trusted too. */
    private HttpClientOptions clientOptions(SinkAddress address) {
        HttpClientOptions options = new HttpClientOptions()
                .setTcpKeepAlive(true)
                .setConnectTimeout(Math.toIntExact(settings.timeout().toMillis()))
                .setVerifyHost(true);
        address.caCerts().map(TrustedCertificates::systemAnd).ifPresent(options::setTrustOptions);
        return address.isTls() ? withTls(options) : options;
    }

    /** HTTP/2 if the sink offers it, else HTTP/1.1. */
    private static HttpClientOptions withTls(HttpClientOptions options) {
        return options.setSsl(true).setUseAlpn(true).setProtocolVersion(HttpVersion.HTTP_2);
    }
}
