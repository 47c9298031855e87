package dev.apiserversource.samples.quickstart;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.apiserversource.samples.embedded.EmbeddedApiServer;
import dev.apiserversource.samples.embedded.EmbeddedApiServerOptions;
import dev.apiserversource.samples.eventdisplay.EventDisplay;
import io.fabric8.kubernetes.api.model.ServiceAccount;
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
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The parts and how they are connected:
 *
 * <pre>
 *  kubectl ---&gt; API server &lt;--- kubelet
 *               ^    ^    ^
 *               |    |    '--- adapters: start what a Deployment asks for
 *      controller    |                |
 *                 adapter &lt;-----------'
 *                    |
 *                    v
 *             event-display ---&gt; screen
 * </pre>
 *
 * <p>Controller and adapter are processes of their own; everything else is in this one.
 *
 * @param kubeconfig for the user's kubectl
 * @param client of the API server
 * @param programs the controller, and each adapter that a Deployment asks for
 */
record Scene(Path kubeconfig, KubernetesClient client, Programs programs) {

    private static final String HOST = "127.0.0.1";

    /**
     * Starts everything, in an order in which each part finds what it needs; the adapter comes in its own time.
     *
     * @param parts takes over each part as soon as it is started, so that it is closed whatever happens next
     * @param installation what is applied and started
     * @param screen is told what is started
     * @param displayed is given each event that is displayed
     */
    static Scene start(Parts parts, Installation installation, Screen screen, Consumer<String> displayed) {
        Path folder = parts.add(TemporaryFolder.create()).path();
        Vertx vertx = Vertx.vertx();
        parts.add(() -> await(vertx.close()));
        ContainerLogs logs = new ContainerLogs();
        EmbeddedApiServer server = await(EmbeddedApiServer.start(
                vertx, EmbeddedApiServerOptions.defaults().withPodLogs(logs)));
        Path kubeconfig = server.writeKubeconfig(folder.resolve("kubeconfig"));
        screen.say("API server     " + server.url());
        screen.say("kubeconfig     " + kubeconfig);

        KubernetesClient client = parts.add(client(vertx, server.url()));
        Programs programs = parts.add(new Programs(folder));
        Scene scene = new Scene(kubeconfig, client, programs);
        scene.startController(installation, screen);

        // The controller takes a second or two to come up: long enough for the rest.
        parts.add(new Kubelet(client, logs, Clock.systemUTC()));
        parts.add(new Adapters(client, programs, installation.adapter(), kubeconfig, screen));
        EventDisplay display = await(EventDisplay.start(vertx, SocketAddress.inetSocketAddress(0, HOST), displayed));
        URI sink = URI.create("http://" + HOST + ":" + display.port());
        screen.say("event-display  " + sink);
        scene.applySource(installation, sink, screen);
        return scene;
    }

    Cluster cluster() {
        return new Cluster(client);
    }

    private void startController(Installation installation, Screen screen) {
        cluster().apply(installation.definition());
        Program controller =
                programs.start("controller", installation.controller(), Installation.controllerEnvironment(kubeconfig));
        screen.say("controller     process " + controller.pid() + ", log " + controller.logFile());
    }

    private void applySource(Installation installation, URI sink, Screen screen) {
        screen.say("kubectl apply -f " + installation.repository().relativize(installation.rights()));
        cluster().apply(installation.rights());
        screen.say("kubectl apply -f " + installation.repository().relativize(installation.source())
                + "   # with event-display's URL as sink");
        cluster().applySource(installation.source(), sink);
    }

    private static KubernetesClient client(Vertx vertx, String url) {
        Config config = new ConfigBuilder(Config.empty())
                .withMasterUrl(url)
                .withNamespace("default")
                .build();
        return new KubernetesClientBuilder()
                .withConfig(config)
                .withHttpClientFactory(new VertxHttpClientFactory(vertx))
                .withKubernetesSerialization(serialization())
                .build();
    }

    /** Without looking for model classes on the class path: those used here are named in the code. */
    private static KubernetesSerialization serialization() {
        KubernetesSerialization serialization = new KubernetesSerialization(new ObjectMapper(), false);
        // The other kinds of the manifests are found by discovery, which the client does not do for core kinds.
        serialization.registerKubernetesResource(ServiceAccount.class);
        return serialization;
    }

    private static <T> T await(Future<T> future) {
        return future.toCompletionStage()
                .toCompletableFuture()
                .orTimeout(10, TimeUnit.SECONDS)
                .join();
    }
}
