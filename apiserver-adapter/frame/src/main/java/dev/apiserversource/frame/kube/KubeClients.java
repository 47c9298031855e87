package dev.apiserversource.frame.kube;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.fabric8.kubernetes.client.vertx.VertxHttpClientFactory;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.IdentityCipherSuiteFilter;
import io.netty.handler.ssl.JdkSslContext;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpVersion;
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
 * connections, and close a connection that was idle for longer than a timeout.
 */
public final class KubeClients extends VertxHttpClientFactory {

    /** Sent with every request to the API server. */
    public static final String USER_AGENT = "apiserversource-adapter/"
            + Optional.ofNullable(KubeClients.class.getPackage().getImplementationVersion())
                    .orElse("dev");

    /** An API server allows 100 to 250 streams per connection. */
    private static final int MAX_HTTP2_CONNECTIONS = 64;

    /** Above 250 streams of 64 KiB: a stream that is not read fills its own window and leaves room for the others. */
    private static final int CONNECTION_WINDOW = 32 * 1024 * 1024;

    private final Duration idleTimeout;

    private KubeClients(Vertx vertx, Duration idleTimeout) {
        super(vertx);
        this.idleTimeout = idleTimeout;
    }

    /**
     * A client for {@code config}.
     *
     * @param vertx provides the event loops; the caller closes it
     * @param config address and credentials of the API server; its retries are switched off
     * @param idleTimeout after which a connection with requests under way is closed
     */
    public static KubernetesClient client(Vertx vertx, Config config, Duration idleTimeout) {
        // Retries depend on the cause and are made by the caller. No model class is deserialized, so none is looked up.
        config.setRequestRetryBackoffLimit(0);
        return new KubernetesClientBuilder()
                .withConfig(config)
                .withHttpClientFactory(new KubeClients(vertx, idleTimeout))
                .withKubernetesSerialization(new KubernetesSerialization(new ObjectMapper(), false))
                .build();
    }

    @Override
    protected void additionalConfig(WebClientOptions options) {
        options.setTcpKeepAlive(true)
                .setReadIdleTimeout((int) idleTimeout.toSeconds())
                .setHttp2MaxPoolSize(MAX_HTTP2_CONNECTIONS)
                .setHttp2ConnectionWindowSize(CONNECTION_WINDOW);
        if (options.isSsl()) {
            negotiateHttp2(options);
        }
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
