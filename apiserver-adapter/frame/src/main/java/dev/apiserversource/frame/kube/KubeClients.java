package dev.apiserversource.frame.kube;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.apiserversource.frame.time.Timers;
import dev.apiserversource.frame.time.VertxTimers;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.fabric8.kubernetes.client.utils.TokenRefreshInterceptor;
import io.fabric8.kubernetes.client.vertx.VertxHttpClientFactory;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.IdentityCipherSuiteFilter;
import io.netty.handler.ssl.JdkSslContext;
import io.vertx.core.Vertx;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpClientBuilder;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.impl.VertxInternal;
import io.vertx.core.impl.VertxWrapper;
import io.vertx.core.net.JdkSSLEngineOptions;
import io.vertx.core.net.SSLEngineOptions;
import io.vertx.core.spi.tls.SslContextFactory;
import io.vertx.ext.web.client.WebClientOptions;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import java.time.Duration;
import java.util.Optional;

/**
 * Makes clients of the API server. They use HTTP/2 where TLS negotiates it, so that a thousand watches need about ten
 * connections. A connection whose peer does not answer a PING, or that was idle for longer than a timeout, is closed.
 */
public final class KubeClients extends VertxHttpClientFactory {

    /** Sent with every request to the API server. */
    public static final String USER_AGENT = "apiserversource-adapter/"
            + Optional.ofNullable(KubeClients.class.getPackage().getImplementationVersion())
                    .orElse("dev");

    private static final int MAX_HTTP2_CONNECTIONS = 64;

    /** An API server allows 100 to 250 streams per connection, a proxy in front of it 1,000 and more. */
    private static final int MAX_STREAMS_PER_CONNECTION = 250;

    /** HTTP/2 data that has arrived and is not read, of all streams together. */
    private static final int UNREAD_BYTES = 16 * 1024 * 1024;

    private static final int MAX_STREAM_WINDOW = 64 * 1024;

    /** One DATA frame: with less, each frame would wait for a WINDOW_UPDATE. */
    private static final int MIN_STREAM_WINDOW = 16 * 1024;

    /** Above the windows of its streams: one that is not read fills its own window and leaves room for the others. */
    private static final int CONNECTION_WINDOW = 2 * MAX_STREAMS_PER_CONNECTION * MAX_STREAM_WINDOW;

    private static final Duration PING_INTERVAL = Duration.ofSeconds(20);
    private static final int KEEP_ALIVE_PROBES = 4;

    private final Vertx vertx;
    private final Timers timers;
    private final Duration idleTimeout;
    private final int streams;

    private KubeClients(MonitoredVertx vertx, Duration idleTimeout, int streams) {
        super(vertx);
        this.vertx = vertx;
        this.timers = new VertxTimers(vertx);
        this.idleTimeout = idleTimeout;
        this.streams = streams;
    }

    /**
     * HTTP to the API server of {@code config}, for a few short requests at a time.
     *
     * @param vertx provides the event loops; the caller closes it
     * @param config address and credentials of the API server; its retries are switched off
     * @param idleTimeout after which a connection with requests under way is closed
     */
    public static KubeHttp http(Vertx vertx, Config config, Duration idleTimeout) {
        return http(vertx, config, idleTimeout, 1);
    }

    /** As above, for as many responses at a time as {@code streams}. It bounds the memory that unread ones take. */
    public static KubeHttp http(Vertx vertx, Config config, Duration idleTimeout, int streams) {
        return new KubeClients(new MonitoredVertx(vertx, PING_INTERVAL), idleTimeout, streams).http(config);
    }

    /** As above, with another interval between two pings. */
    static KubeHttp http(Vertx vertx, Config config, Duration idleTimeout, Duration pingInterval) {
        return new KubeClients(new MonitoredVertx(vertx, pingInterval), idleTimeout, 1).http(config);
    }

    /** A client with the same HTTP, for informers. Its models are many classes to load. */
    public static KubernetesClient client(Vertx vertx, Config config, Duration idleTimeout) {
        KubeClients factory = new KubeClients(new MonitoredVertx(vertx, PING_INTERVAL), idleTimeout, 1);
        return new KubernetesClientBuilder()
                .withConfig(prepared(config))
                .withHttpClientFactory(factory)
                .withHttpClientBuilderConsumer(http -> factory.renewTokens(http, config))
                .withKubernetesSerialization(serialization())
                .build();
    }

    /** The HTTP of a client that {@link #client} has made. It is closed with the client. */
    public static KubeHttp http(KubernetesClient client) {
        return KubeHttp.of(client.getHttpClient(), client.getConfiguration());
    }

    private KubeHttp http(Config config) {
        HttpClient.Builder http = newBuilder(prepared(config));
        renewTokens(http, config);
        return KubeHttp.of(http.build(), config);
    }

    private void renewTokens(HttpClient.Builder http, Config config) {
        http.addOrReplaceInterceptor(TokenRefreshInterceptor.NAME, new TokenInterceptor(config, vertx, timers));
    }

    private static Config prepared(Config config) {
        // Retries depend on the cause and are made by the caller.
        config.setRequestRetryBackoffLimit(0);
        config.setUserAgent(USER_AGENT);
        return config;
    }

    /**
     * Knows Status and no other model class, because a look-up of all takes 300 ms and 30 MB. Without Status, a watch
     * of the client would take the 410 of a lost history for an unknown object, and retry from the same version for
     * ever.
     */
    private static KubernetesSerialization serialization() {
        KubernetesSerialization serialization = new KubernetesSerialization(new ObjectMapper(), false);
        serialization.registerKubernetesResource(Status.class);
        return serialization;
    }

    @Override
    protected void additionalConfig(WebClientOptions options) {
        options.setTcpKeepAlive(true)
                .setTcpKeepAliveIdleSeconds((int) PING_INTERVAL.toSeconds())
                .setTcpKeepAliveIntervalSeconds((int) PING_INTERVAL.toSeconds() / KEEP_ALIVE_PROBES)
                .setTcpKeepAliveCount(KEEP_ALIVE_PROBES);
        options.setReadIdleTimeout((int) idleTimeout.toSeconds())
                .setHttp2MaxPoolSize(MAX_HTTP2_CONNECTIONS)
                .setHttp2MultiplexingLimit(MAX_STREAMS_PER_CONNECTION)
                .setHttp2ConnectionWindowSize(CONNECTION_WINDOW)
                .setInitialSettings(new Http2Settings().setInitialWindowSize(streamWindow(streams)));
        if (options.isSsl()) {
            negotiateHttp2(options);
        }
    }

    /** The data that one of {@code streams} can have unread, in bytes. */
    static int streamWindow(int streams) {
        return Math.max(MIN_STREAM_WINDOW, Math.min(MAX_STREAM_WINDOW, UNREAD_BYTES / Math.max(1, streams)));
    }

    /** fabric8's TLS context has no ALPN. This one has the same keys and trust, and offers HTTP/2 first. */
    private static void negotiateHttp2(WebClientOptions options) {
        SSLContext keysAndTrust = tlsContext(options.getSslEngineOptions());
        JdkSslContext withAlpn = new JdkSslContext(
                keysAndTrust,
                true,
                null,
                IdentityCipherSuiteFilter.INSTANCE,
                new ApplicationProtocolConfig(
                        ApplicationProtocolConfig.Protocol.ALPN,
                        ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                        ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                        ApplicationProtocolNames.HTTP_2,
                        ApplicationProtocolNames.HTTP_1_1),
                ClientAuth.NONE,
                null,
                false);
        options.setUseAlpn(true)
                .setProtocolVersion(HttpVersion.HTTP_2)
                .setSslEngineOptions(new ReadySslEngine(withAlpn));
    }

    private static SSLContext tlsContext(SSLEngineOptions engine) {
        try {
            return ((JdkSslContext) engine.sslContextFactory().create()).context();
        } catch (SSLException e) {
            throw new IllegalStateException("the keys or certificates for the API server cannot be used", e);
        }
    }

    /** What fabric8 makes its HTTP client with: it has no other hook for new connections. */
    private static final class MonitoredVertx extends VertxWrapper {

        private final ConnectionMonitor monitor;

        MonitoredVertx(Vertx vertx, Duration pingInterval) {
            super((VertxInternal) vertx);
            this.monitor = new ConnectionMonitor(vertx, pingInterval);
        }

        @Override
        public HttpClientBuilder httpClientBuilder() {
            return super.httpClientBuilder().withConnectHandler(monitor::monitor);
        }
    }

    /** Options with a TLS context that exists already. */
    private static final class ReadySslEngine extends JdkSSLEngineOptions {

        private final JdkSslContext context;

        ReadySslEngine(JdkSslContext context) {
            this.context = context;
        }

        @Override
        public JdkSSLEngineOptions copy() {
            return this;
        }

        @Override
        public SslContextFactory sslContextFactory() {
            return () -> context;
        }
    }
}
