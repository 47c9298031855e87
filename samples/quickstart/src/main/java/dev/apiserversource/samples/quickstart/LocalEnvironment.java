package dev.apiserversource.samples.quickstart;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.apiserversource.samples.embedded.EmbeddedApiServer;
import dev.apiserversource.samples.embedded.EmbeddedApiServerOptions;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.fabric8.kubernetes.client.vertx.VertxHttpClientFactory;
import io.vertx.core.Future;
import io.vertx.core.Vertx;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * The parts of the quickstart and how they are connected:
 *
 * <pre>
 *  kubectl ---&gt; API server &lt;--- FakeKubelet: Event objects, status and logs of pods
 *               ^    ^    ^
 *               |    |    '--- DeploymentRunner, CronJobRunner: start the programs of Deployments and Jobs
 *      controller    |                |
 *            adapters, heartbeats &lt;---'
 *                    |
 *                    v
 *              event-viewer ---&gt; browser
 *                    |
 *                    v
 *             event-display ---&gt; console
 * </pre>
 *
 * <p>Controller, adapters, event-viewer and event-display are processes of their own, restarted by the
 * ProcessSupervisor. Everything else runs in this process.
 *
 * @param kubeconfig for the user's kubectl
 * @param client of the API server
 * @param supervisor of the processes
 * @param viewer the page of event-viewer, which is also the sink of the sources
 */
record LocalEnvironment(Path kubeconfig, KubernetesClient client, ProcessSupervisor supervisor, URI viewer) {

    /** A kubelet begins with 10 s; here a user is waiting. */
    private static final Duration INITIAL_BACKOFF = Duration.ofSeconds(1);

    /** From one Job of a CronJob to the next, whatever its schedule: the tutorial's is a minute. */
    private static final Duration CRON_JOB_PERIOD = Duration.ofSeconds(5);

    /** In place of the schedule of the PingSource, likewise. */
    private static final String PING_SCHEDULE = "*/5 * * * * *";

    private static final String SOURCES = "sources.knative.dev/v1";
    private static final String PING_SOURCE = "PingSource";

    /**
     * Starts all parts and applies the manifests. The adapters start when the controller has created their Deployments.
     *
     * @param started receives each part as soon as it is started
     * @param demo names the manifests
     * @param displayed receives the output of event-display, in whole lines
     */
    static LocalEnvironment start(
            CloseableStack started, Installation installation, Demo demo, Console console, Consumer<String> displayed) {
        Path folder = temporaryFolder(started);
        Vertx vertx = Vertx.vertx();
        started.add(() -> await(vertx.close()));
        FakeKubelet.Logs logs = new FakeKubelet.Logs();
        EmbeddedApiServer server = await(EmbeddedApiServer.start(
                vertx, EmbeddedApiServerOptions.defaults().withPodLogs(logs)));
        Path kubeconfig = server.writeKubeconfig(folder.resolve("kubeconfig"));
        console.progress("API server", server.url());
        console.progress("kubeconfig", kubeconfig.toString());

        KubernetesClient client = started.add(client(vertx, server.url()));
        ProcessSupervisor supervisor = started.add(new ProcessSupervisor(folder, console, INITIAL_BACKOFF));
        URI sink = startSinks(supervisor, installation, displayed);
        console.progress("look at events", sink + "   in a browser");
        LocalEnvironment environment = new LocalEnvironment(kubeconfig, client, supervisor, sink);
        environment.startController(installation, demo);
        started.add(new FakeKubelet(client, logs, Clock.systemUTC()));
        started.add(new DeploymentRunner(client, supervisor, installation.images(), kubeconfig));
        started.add(new CronJobRunner(client, console, installation.images(), kubeconfig, CRON_JOB_PERIOD));
        demo.manifests().forEach(manifest -> environment.apply(installation.repository(), manifest, sink, console));
        return environment;
    }

    /** Completes when the sources of {@code demo} exist in the namespace default, and all of them are ready. */
    CompletableFuture<Void> sourcesReady(Demo demo) {
        return CompletableFuture.allOf(demo.kinds().stream()
                .map(kind -> client.genericKubernetesResources(SOURCES, kind)
                        .inNamespace("default")
                        .informOnCondition(sources ->
                                !sources.isEmpty() && sources.stream().allMatch(LocalEnvironment::isReady)))
                .toArray(CompletableFuture<?>[]::new));
    }

    /**
     * Starts event-display, and event-viewer in front of it: a source has one sink, and so both get every event. An
     * event is acknowledged when event-display has printed it.
     */
    private static URI startSinks(ProcessSupervisor supervisor, Installation installation, Consumer<String> displayed) {
        int displayPort = freePort();
        supervisor.start(
                "event-display",
                installation.eventDisplay(),
                Installation.eventDisplayEnvironment(displayPort),
                displayed);
        int viewerPort = freePort();
        supervisor.start(
                "event-viewer",
                installation.eventViewer(),
                Installation.eventViewerEnvironment(viewerPort, local(displayPort)),
                lines -> {});
        return local(viewerPort);
    }

    private static URI local(int port) {
        return URI.create("http://127.0.0.1:" + port);
    }

    private void startController(Installation installation, Demo demo) {
        demo.installation().forEach(file -> load(installation.repository().resolve(file))
                .forEach(object -> client.resource(object).serverSideApply()));
        supervisor.start(
                "controller", installation.controller(), Installation.controllerEnvironment(kubeconfig), lines -> {});
    }

    /** {@code kubectl apply --server-side -f manifest}, with another sink: Services have no address here. */
    private void apply(Path repository, Path manifest, URI sink, Console console) {
        Map<String, String> changes = new LinkedHashMap<>();
        for (HasMetadata object : load(repository.resolve(manifest))) {
            if (SOURCES.equals(object.getApiVersion())) {
                GenericKubernetesResource source =
                        client.getKubernetesSerialization().convertValue(object, GenericKubernetesResource.class);
                changes.putAll(adapt(source, sink));
                client.resource(source).serverSideApply();
            } else {
                client.resource(object).serverSideApply();
            }
        }
        String shown = changes.isEmpty() ? "" : "   # with " + String.join(", ", changes.values());
        console.progress("kubectl apply -f " + manifest + shown);
    }

    /** Changes what cannot be, or would take too long; returns each change for people, by its field. */
    private static Map<String, String> adapt(GenericKubernetesResource source, URI sink) {
        Map<String, Object> spec = source.get("spec");
        spec.put("sink", Map.of("uri", sink.toString()));
        Map<String, String> changes = new LinkedHashMap<>(Map.of("sink", "sink.uri: " + sink));
        if (PING_SOURCE.equals(source.getKind())) {
            spec.put("schedule", PING_SCHEDULE);
            changes.put("schedule", "schedule: \"" + PING_SCHEDULE + "\"");
        }
        return changes;
    }

    private List<HasMetadata> load(Path manifest) {
        try (InputStream yaml = Files.newInputStream(manifest)) {
            return client.load(yaml).items();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + manifest, e);
        }
    }

    private static boolean isReady(GenericKubernetesResource source) {
        List<Map<String, Object>> conditions = source.get("status", "conditions");
        return conditions != null
                && conditions.stream()
                        .anyMatch(condition ->
                                "Ready".equals(condition.get("type")) && "True".equals(condition.get("status")));
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

    /** Without the scan of the class path for model classes, which takes 300 ms. */
    private static KubernetesSerialization serialization() {
        KubernetesSerialization serialization = new KubernetesSerialization(new ObjectMapper(), false);
        // The client finds other kinds of the manifests by discovery, but not those of the core group.
        serialization.registerKubernetesResource(Namespace.class);
        serialization.registerKubernetesResource(ServiceAccount.class);
        return serialization;
    }

    /**
     * A port that was free a moment ago. It is chosen here, not by the sink, because the sink's address must
     * survive a restart, as that of a Service does.
     */
    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException("no free port", e);
        }
    }

    private static Path temporaryFolder(CloseableStack started) {
        try {
            Path folder = Files.createTempDirectory("quickstart-");
            started.add(() -> delete(folder));
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot create a temporary folder", e);
        }
    }

    private static void delete(Path folder) throws IOException {
        List<Path> contentFirst;
        try (Stream<Path> files = Files.walk(folder)) {
            contentFirst = files.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path file : contentFirst) {
            Files.deleteIfExists(file);
        }
    }

    private static <T> T await(Future<T> future) {
        return future.toCompletionStage()
                .toCompletableFuture()
                .orTimeout(30, TimeUnit.SECONDS)
                .join();
    }
}
