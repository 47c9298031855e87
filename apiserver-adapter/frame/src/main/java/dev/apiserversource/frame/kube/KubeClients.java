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

/**
 * How the connections to the API server are made: HTTP/2 where TLS negotiates it, so that a thousand watches need some ten connections,
 * and no connection that died silently is waited on for longer than a watch's patience.
 */
public final class KubeClients extends VertxHttpClientFactory {

    /** An API server allows 100 to 250 streams per connection. */
    private static final int MOST_HTTP2_CONNECTIONS = 64;

    /** More than 250 streams of 64 KiB: streams that are not read fill their own windows and never their neighbours'. */
    private static final int CONNECTION_WINDOW = 32 * 1024 * 1024;

    private final Duration patience;

    private KubeClients(Vertx vertx, Duration patience) {
        super(vertx);
        this.patience = patience;
    }

    /**
     * A client for {@code config}.
     *
     * @param vertx the event loops to use; stays the caller's to close
     * @param config where the API server is and who we are; its retries are switched off
     * @param patience after which silence a connection with requests under way is given up
     */
    public static KubernetesClient client(Vertx vertx, Config config, Duration patience) {
        // We retry ourselves, by cause; and no model class is ever deserialized, so their class path is not scanned.
        config.setRequestRetryBackoffLimit(0);
        return new KubernetesClientBuilder()
                .withConfig(config)
                .withHttpClientFactory(new KubeClients(vertx, patience))
                .withKubernetesSerialization(new KubernetesSerialization(new ObjectMapper(), false))
                .build();
    }

    @Override
    protected void additionalConfig(WebClientOptions options) {
        options.setTcpKeepAlive(true)
                .setReadIdleTimeout((int) patience.toSeconds())
                .setHttp2MaxPoolSize(MOST_HTTP2_CONNECTIONS)
                .setHttp2ConnectionWindowSize(CONNECTION_WINDOW);
        if (options.isSsl()) {
            negotiateHttp2(options);
        }
    }

    /** fabric8 builds its TLS context without ALPN; this one has the same keys and trust, and offers HTTP/2 first. */
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

    /** Hands out one TLS context that is ready. */
    private static final class ReadySslEngine extends JdkSSLEngineOptions {

        private final JdkSslContext context;

        public ReadySslEngine(JdkSslContext context) {
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
