package dev.apiserversource.samples.quickstart;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.apiserversource.samples.embedded.EmbeddedApiServer;
import dev.apiserversource.samples.embedded.EmbeddedApiServerOptions;
import dev.apiserversource.samples.eventdisplay.EventDisplay;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.fabric8.kubernetes.client.vertx.VertxHttpClientFactory;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.SocketAddress;

import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The parts and how they are connected:
 *
 * <pre>
 *  kubectl ---&gt; API server &lt;--- kubelet
 *                   |
 *                adapter (a process of its own)
 *                   |
 *                   v
 *             event-display ---&gt; screen
 * </pre>
 *
 * @param kubeconfig for the user's kubectl
 * @param client of the API server
 * @param sink where event-display listens
 * @param adapter started, but perhaps not ready yet
 */
record Scene(Path kubeconfig, KubernetesClient client, URI sink, Adapter adapter) {

    private static final String HOST = "127.0.0.1";

    /**
     * Starts everything, in an order in which each part finds what it needs.
     *
     * @param parts takes over each part as soon as it is started, so that it is closed whatever happens next
     * @param adapterCommand the program and its arguments
     * @param screen is given each event that is displayed
     */
    static Scene start(Parts parts, List<String> adapterCommand, Consumer<String> screen) {
        Path folder = parts.add(TemporaryFolder.create()).path();
        Vertx vertx = Vertx.vertx();
        parts.add(() -> await(vertx.close()));

        EventDisplay display = await(EventDisplay.start(vertx, SocketAddress.inetSocketAddress(0, HOST), screen));
        URI sink = URI.create("http://" + HOST + ":" + display.port());

        ContainerLogs logs = new ContainerLogs();
        EmbeddedApiServer server = await(EmbeddedApiServer.start(
                vertx, EmbeddedApiServerOptions.defaults().withPodLogs(logs)));
        Path kubeconfig = server.writeKubeconfig(folder.resolve("kubeconfig"));
        AdapterLog log = new AdapterLog(folder.resolve("adapter.log"));
        Adapter adapter = parts.add(Adapter.start(adapterCommand, Adapter.environment(sink, kubeconfig), log));

        // The adapter takes a second or two to come up: long enough for the rest.
        KubernetesClient client = parts.add(client(vertx, server.url()));
        parts.add(new Kubelet(client, logs, Clock.systemUTC()));
        return new Scene(kubeconfig, client, sink, adapter);
    }

    private static KubernetesClient client(Vertx vertx, String url) {
        Config config = new ConfigBuilder(Config.empty())
                .withMasterUrl(url)
                .withNamespace("default")
                .build();
        return new KubernetesClientBuilder()
                .withConfig(config)
                .withHttpClientFactory(new VertxHttpClientFactory(vertx))
                // Without looking for model classes on the class path: those used here are named in the code.
                .withKubernetesSerialization(new KubernetesSerialization(new ObjectMapper(), false))
                .build();
    }

    private static <T> T await(Future<T> future) {
        return future.toCompletionStage()
                .toCompletableFuture()
                .orTimeout(10, TimeUnit.SECONDS)
                .join();
    }
}
