package dev.apiserversource.frame.delivery;

import dev.apiserversource.frame.delivery.SinkAddress.Role;
import dev.apiserversource.frame.time.Timers;
import io.cloudevents.CloudEvent;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.net.TrustOptions;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToIntFunction;
import java.util.random.RandomGenerator;

/**
 * Composes the parts of delivery:
 *
 * <pre>
 *   Dispatcher              one event of a key at a time, bounded
 *     timed                 measures deliveries
 *       TracingSink         has a span for each delivery; left out without a tracer
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
 *
 * <p>A source with many sinks {@linkplain #openSink opens} one for each configuration: all parts behind the dispatcher.
 * Sinks with one address share the limit, and the end of an outage.
 */
public final class Delivery {

    /** The attempts in flight to all sinks, as a multiple of those to one address. */
    private static final int ADDRESSES_AT_LIMIT = 10;

    private static final Set<String> TLS_VERSIONS = Set.of("TLSv1.2", "TLSv1.3");

    private final Vertx vertx;
    private final DeliverySettings settings;
    private final Timers timers;
    private final RandomGenerator random;
    private final DeliveryMeters meters;
    private final SinkAccess access;
    private final LimitedSink.Limit total;
    private final Map<PathKey, Path> paths = new LinkedHashMap<>();
    private final Map<ClientKey, HttpClient> clients = new HashMap<>();

    /** A sink with retries of its own. */
    public interface OpenSink extends Sink {

        /** Begins no further attempt. What is pending never completes; an attempt in flight can reach the sink. */
        void close();
    }

    private record PathKey(Role role, SinkAddress address) {}

    /** One for each set of trusted certificates. They are few, and live as long as the process. */
    private record ClientKey(boolean tls, Optional<String> caCerts) {}

    /** What all events for one address have in common. */
    private static final class Path {

        private final LimitedSink.Limit limit;
        private final RetryingSink.Address address;
        private int users;

        Path(LimitedSink.Limit limit, RetryingSink.Address address) {
            this.limit = limit;
            this.address = address;
        }
    }

    Delivery(
            Vertx vertx,
            DeliverySettings settings,
            Timers timers,
            RandomGenerator random,
            DeliveryMeters meters,
            SinkAccess access) {
        this.vertx = vertx;
        this.settings = settings;
        this.timers = timers;
        this.random = random;
        this.meters = meters;
        this.access = access;
        this.total =
                new LimitedSink.Limit(ADDRESSES_AT_LIMIT * settings.limits().maxInFlight());
    }

    /**
     * Delivery on the event loop that calls this. Connections are closed with the calling verticle, or with {@code
     * vertx}.
     *
     * @param random the source of jitter
     * @param registry receives all metrics of delivery; one delivery per registry
     * @param access permit, tokens and trust bundles
     */
    public static Delivery of(
            Vertx vertx,
            DeliverySettings settings,
            Timers timers,
            RandomGenerator random,
            MeterRegistry registry,
            SinkAccess access) {
        return new Delivery(vertx, settings, timers, random, new DeliveryMeters(registry), access);
    }

    /**
     * Opens a dispatcher with everything behind it, down to the HTTP connections. To be called once.
     *
     * @throws IllegalArgumentException when CA certificates of the settings cannot be read
     */
    public Dispatcher openDispatcher(MeterRegistry registry) {
        Sink sink = meters.timed(new ComposedSink(settings, ""), timers);
        Dispatcher dispatcher = new Dispatcher(sink, settings, timers, registry);
        meters.registerAttempts(
                dispatcher::pendingEvents,
                () -> sum(path -> path.limit.inFlight()),
                () -> sum(path -> path.address.inBackoff()));
        Path main = paths.get(new PathKey(Role.MAIN, settings.sink()));
        dispatcher.observe(Objects.requireNonNull(main).limit);
        dispatcher.observeRefusals(() -> paths.values().stream()
                .flatMap(path -> path.address.refusal().stream())
                .toList());
        return dispatcher;
    }

    /**
     * Opens a sink for events that are dispatched with one of their own. Logs name its host.
     *
     * @param own the settings of this sink; only the limit of what is in flight is shared with all others
     * @throws IllegalArgumentException when CA certificates of {@code own} cannot be read
     */
    public OpenSink openSink(DeliverySettings own) {
        ComposedSink sink = new ComposedSink(own, own.sink().url().getHost());
        Sink timed = meters.timed(sink, timers);
        return new OpenSink() {
            @Override
            public Future<Void> deliver(CloudEvent event) {
                return timed.deliver(event);
            }

            @Override
            public void close() {
                sink.close();
            }
        };
    }

    private int sum(ToIntFunction<Path> value) {
        return paths.values().stream().mapToInt(value).sum();
    }

    /** The decorators from retries to connections, and those of the dead letter sink. */
    private final class ComposedSink implements Sink {

        private final DeliverySettings own;
        private final String host;
        private final Map<PathKey, RetryingSink> parts = new LinkedHashMap<>();
        private final Sink sink;

        ComposedSink(DeliverySettings own, String host) {
            this.own = own;
            this.host = host;
            Sink main = part(Role.MAIN, own.sink(), own.retry().policy(random));
            Sink untraced = own.deadLetterSink()
                    .map(address -> part(Role.DEAD_LETTER, address, own.retry().policyUntilDelivered(random)))
                    .<Sink>map(letters -> new DeadLetteringSink(main, own.sink().url(), letters))
                    .orElse(main);
            this.sink = access.tracer()
                    .<Sink>map(tracer ->
                            new TracingSink(untraced, tracer, own.sink().url()))
                    .orElse(untraced);
        }

        private Sink part(Role role, SinkAddress address, RetryPolicy policy) {
            PathKey key = new PathKey(role, address);
            Sink attempts = attempts(role, address, own);
            Path path = paths.computeIfAbsent(
                    key,
                    first -> new Path(
                            new LimitedSink.Limit(settings.limits().maxInFlight()),
                            new RetryingSink.Address(
                                    role, host.isEmpty() ? "" : address.url().getHost())));
            path.users++;
            Sink limited =
                    new LimitedSink(new LimitedSink(new GatedSink(attempts, access.permit()), total), path.limit);
            RetryingSink retrying = new RetryingSink(limited, path.address, policy, timers);
            parts.put(key, retrying);
            return retrying;
        }

        @Override
        public Future<Void> deliver(CloudEvent event) {
            return sink.deliver(event);
        }

        void close() {
            parts.forEach((key, retrying) -> {
                retrying.close();
                paths.computeIfPresent(key, (same, path) -> --path.users == 0 ? null : path);
            });
            parts.clear();
        }
    }

    /** A sink that makes one attempt for each event. */
    Sink attempts(Role role, SinkAddress address) {
        return attempts(role, address, settings);
    }

    private Sink attempts(Role role, SinkAddress address, DeliverySettings own) {
        HttpSink sink = new HttpSink(
                client(address), address, own, timers, access, attempt -> meters.countAttempt(role, attempt));
        return access.tracer().isEmpty() ? sink : TracingSink.attempts(sink, role.label());
    }

    private HttpClient client(SinkAddress address) {
        return clients.computeIfAbsent(new ClientKey(address.isTls(), address.caCerts()), first -> newClient(address));
    }

    private HttpClient newClient(SinkAddress address) {
        int maxInFlight = settings.limits().maxInFlight();
        return vertx.httpClientBuilder()
                .with(clientOptions(address))
                .with(new PoolOptions().setHttp1MaxSize(maxInFlight).setHttp2MaxSize(maxInFlight))
                .withConnectHandler(HttpSink::discardInterimAnswers)
                .build();
    }

    /** An http sink can redirect to https, so its certificates are trusted too. */
    private HttpClientOptions clientOptions(SinkAddress address) {
        ReloadingTrustManager trusted = new ReloadingTrustManager(address.caCerts(), access.trustBundles());
        HttpClientOptions options = new HttpClientOptions()
                .setTcpKeepAlive(true)
                .setConnectTimeout(Math.toIntExact(settings.timeout().toMillis()))
                .setVerifyHost(true)
                .setEnabledSecureTransportProtocols(TLS_VERSIONS)
                .setTrustOptions(TrustOptions.wrap(trusted));
        return address.isTls() ? withTls(options) : options;
    }

    /** HTTP/2 if the sink offers it, else HTTP/1.1. */
    private static HttpClientOptions withTls(HttpClientOptions options) {
        return options.setSsl(true).setUseAlpn(true).setProtocolVersion(HttpVersion.HTTP_2);
    }
}
