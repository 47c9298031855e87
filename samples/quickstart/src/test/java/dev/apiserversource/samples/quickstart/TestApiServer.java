package dev.apiserversource.samples.quickstart;

import dev.apiserversource.samples.embedded.EmbeddedApiServer;
import dev.apiserversource.samples.embedded.EmbeddedApiServerOptions;
import dev.apiserversource.samples.embedded.kubectl.PodLogs;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.vertx.core.Future;
import io.vertx.core.Vertx;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** An embedded API server and a client of its namespace default. */
final class TestApiServer implements AutoCloseable {

    private final Vertx vertx = Vertx.vertx();
    private final EmbeddedApiServer server;
    private final KubernetesClient client;

    TestApiServer(PodLogs logs) {
        server = await(EmbeddedApiServer.start(
                vertx, EmbeddedApiServerOptions.defaults().withPodLogs(logs)));
        client = new KubernetesClientBuilder()
                .withConfig(new ConfigBuilder()
                        .withMasterUrl(server.url())
                        .withNamespace("default")
                        .build())
                .build();
    }

    KubernetesClient client() {
        return client;
    }

    Path writeKubeconfig(Path file) {
        return server.writeKubeconfig(file);
    }

    @Override
    public void close() {
        client.close();
        await(vertx.close());
    }

    private static <T> T await(Future<T> future) {
        return future.toCompletionStage()
                .toCompletableFuture()
                .orTimeout(60, TimeUnit.SECONDS)
                .join();
    }
}
