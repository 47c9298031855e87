package dev.apiserversource.controller;

import dev.apiserversource.samples.embedded.EmbeddedApiServer;
import dev.apiserversource.samples.embedded.EmbeddedApiServerOptions;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

import java.util.concurrent.TimeUnit;

/** The embedded API server, one for each test. */
public final class EmbeddedCluster implements BeforeEachCallback, AfterEachCallback {

    private Vertx vertx;
    private EmbeddedApiServer server;
    private KubernetesClient client;

    @Override
    public void beforeEach(ExtensionContext context) throws Exception {
        vertx = Vertx.vertx();
        server = await(EmbeddedApiServer.start(vertx, EmbeddedApiServerOptions.defaults()));
        Config config = new ConfigBuilder(Config.empty())
                .withMasterUrl(server.url())
                .withTrustCerts(true)
                .withDisableHostnameVerification(true)
                .build();
        client = ControllerMain.client(config);
    }

    public KubernetesClient client() {
        return client;
    }

    EmbeddedApiServer server() {
        return server;
    }

    /** Stops the API server: connections are refused. */
    public void stopServer() throws Exception {
        await(server.close());
    }

    @Override
    public void afterEach(ExtensionContext context) throws Exception {
        client.close();
        await(server.close());
        await(vertx.close());
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
    }
}
