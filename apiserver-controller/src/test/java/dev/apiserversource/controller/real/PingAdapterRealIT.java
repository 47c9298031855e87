package dev.apiserversource.controller.real;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import dev.apiserversource.controller.RunningController;
import dev.apiserversource.controller.api.PingSource;
import dev.apiserversource.controller.real.RealCluster.Installed;
import dev.apiserversource.loadtests.cluster.ControlPlaneTest;
import dev.apiserversource.loadtests.process.LocalProcess;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.client.KubernetesClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

import static org.assertj.core.api.Assertions.assertThat;

/** The adapter of PingSources as processes under the shipped permissions, between a real API server and a sink. */
@ControlPlaneTest
@ExtendWith(RealCluster.class)
class PingAdapterRealIT {

    private static final String SYSTEM = "apiserversource-system";
    private static final String ADAPTER = "pingsource-mt-adapter";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Installed cluster;
    private final KubernetesClient admin;
    private final BlockingQueue<String> received = new LinkedBlockingQueue<>();
    private final List<LocalProcess> processes = new ArrayList<>();

    @TempDir
    private Path logs;

    private volatile int answer = 202;
    private HttpServer sink;
    private String namespace;
    private RunningController controller;

    PingAdapterRealIT(Installed cluster) {
        this.cluster = cluster;
        this.admin = cluster.admin();
    }

    @BeforeEach
    void start() throws IOException {
        namespace = cluster.plane().createNamespace("pings");
        sink = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        sink.createContext("/", exchange -> {
            exchange.getRequestBody().readAllBytes();
            if (answer < 300) {
                received.add(exchange.getRequestHeaders().getFirst("ce-id"));
            }
            exchange.sendResponseHeaders(answer, -1);
            exchange.close();
        });
        sink.start();
        controller = RunningController.start(cluster.controller().client(), Map.of("POD_NAME", "one"));
    }

    @AfterEach
    void stop() {
        processes.forEach(LocalProcess::kill);
        controller.close();
        sink.stop(0);
        admin.resources(PingSource.class).inNamespace(namespace).delete();
        admin.apps().deployments().inNamespace(SYSTEM).withName(ADAPTER).delete();
    }

    /** An adapter in a process, with the environment of its pod. */
    private LocalProcess adapter(String pod) {
        Map<String, String> environment = new HashMap<>(Map.of(
                "NAME", ADAPTER,
                "NAMESPACE", SYSTEM,
                "POD_NAME", pod,
                "LEASE_NAME", ADAPTER,
                "CHECKPOINT_NAME", ADAPTER,
                "LEASE_DURATION", "3",
                "LOG_FORMAT", "text",
                "PROBES_PORT", "0",
                "METRICS_PORT", "0"));
        environment.put(
                "KUBECONFIG",
                cluster.plane().serviceAccount(SYSTEM, ADAPTER).kubeconfig().toString());
        LocalProcess process = new LocalProcess(
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        classPath(),
                        "dev.apiserversource.ping.PingMain"),
                environment,
                logs.resolve(pod + ".log"));
        process.start();
        processes.add(process);
        return process;
    }

    /** That of this test, whichever runner has loaded it. */
    private static String classPath() {
        return PingAdapterRealIT.class.getClassLoader() instanceof URLClassLoader loader
                ? Stream.of(loader.getURLs()).map(URL::getPath).collect(Collectors.joining(File.pathSeparator))
                : System.getProperty("java.class.path");
    }

    private void source(String name) {
        cluster.apply("apiVersion: sources.knative.dev/v1\nkind: PingSource\nmetadata: {name: " + name + ", namespace: "
                + namespace + "}\nspec: {schedule: '@every 1s', sink: {uri: 'http://localhost:"
                + sink.getAddress().getPort() + "/'}}");
    }

    private void awaitEvents(LocalProcess process, int count) {
        process.await(count + " events", Duration.ofMinutes(2), () -> received.size() >= count);
    }

    private static void awaitLog(LocalProcess process, String text) {
        process.await(
                text, Duration.ofMinutes(2), () -> process.lines().stream().anyMatch(line -> line.contains(text)));
    }

    /** How far the first lagging source of the checkpoint is behind, in seconds; 0 without one. */
    private long lagOfTheCheckpoint() throws IOException {
        ConfigMap stored =
                admin.configMaps().inNamespace(SYSTEM).withName(ADAPTER).get();
        if (stored == null) {
            return 0;
        }
        JsonNode checkpoint = JSON.readTree(stored.getData().get("checkpoint.json"));
        Instant through = Instant.parse(checkpoint.path("through").asText());
        return StreamSupport.stream(checkpoint.path("lagging").spliterator(), false)
                .map(lag -> Instant.parse(lag.asText().split(" ", -1)[0]))
                .mapToLong(settled -> Duration.between(settled, through).toSeconds())
                .findFirst()
                .orElse(0);
    }

    /** The ticks that have arrived, in seconds. */
    private List<Long> ticks() {
        return received.stream()
                .map(id -> Long.valueOf(id.substring(id.lastIndexOf('-') + 1)))
                .toList();
    }

    private void assertNoTickIsLost() {
        List<Long> sorted = ticks().stream().distinct().sorted().toList();
        assertThat(sorted)
                .containsExactlyElementsOf(LongStream.rangeClosed(sorted.get(0), sorted.get(sorted.size() - 1))
                        .boxed()
                        .toList());
    }

    @Test
    void aStandbyTakesOverFromAnAdapterThatIsKilledAndLosesNoTick() {
        source("ping");
        LocalProcess first = adapter("pod-1");
        awaitEvents(first, 3);
        LocalProcess second = adapter("pod-2");
        awaitLog(second, "standby");
        first.kill();
        awaitEvents(second, received.size() + 10);

        assertNoTickIsLost();
    }

    @Test
    void aHandoverLosesAndRepeatsNoTick() {
        source("ping");
        LocalProcess first = adapter("pod-1");
        awaitEvents(first, 3);
        LocalProcess second = adapter("pod-2");
        awaitLog(second, "standby");
        first.stop();
        awaitEvents(second, received.size() + 5);

        assertNoTickIsLost();
        assertThat(ticks()).doesNotHaveDuplicates();
    }

    @Test
    void aSinkThatIsAwayForFiveTicksGetsThem() {
        source("ping");
        LocalProcess adapter = adapter("pod-1");
        awaitEvents(adapter, 3);
        answer = 503;
        awaitLog(adapter, "sink unavailable");
        adapter.await(
                "a checkpoint with five ticks that are due", Duration.ofMinutes(2), () -> lagOfTheCheckpoint() >= 5);
        answer = 202;
        awaitEvents(adapter, received.size() + 8);

        assertNoTickIsLost();
        assertThat(ticks()).doesNotHaveDuplicates().isSorted();
    }

    @Test
    void tickOnWhileTheApiServerRestarts() {
        source("ping");
        LocalProcess adapter = adapter("pod-1");
        awaitEvents(adapter, 3);
        cluster.plane().restartApiServer();
        awaitEvents(adapter, received.size() + 10);

        assertNoTickIsLost();
        source("later");
        adapter.await(
                "events of a new source",
                Duration.ofMinutes(2),
                () -> received.stream()
                                .map(id -> id.substring(0, id.lastIndexOf('-')))
                                .distinct()
                                .count()
                        == 2);
    }
}
