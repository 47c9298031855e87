package dev.apiserversource.controller.real;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import dev.apiserversource.controller.RunningController;
import dev.apiserversource.controller.api.PingSource;
import dev.apiserversource.controller.real.RealCluster.Installed;
import dev.apiserversource.loadtests.cluster.AuthenticatingSink;
import dev.apiserversource.loadtests.cluster.ControlPlaneTest;
import dev.apiserversource.loadtests.process.LocalProcess;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.client.KubernetesClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.LongStream;
import java.util.stream.StreamSupport;

import static org.assertj.core.api.Assertions.assertThat;

/** The adapter of PingSources as processes under the shipped permissions, between a real API server and a sink. */
@ControlPlaneTest
@ExtendWith(RealCluster.class)
class PingAdapterRealIT {

    private static final String SYSTEM = PingAdapterProcess.SYSTEM;
    private static final String ADAPTER = PingAdapterProcess.NAME;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Installed cluster;
    private final KubernetesClient admin;
    private final Set<String> times = ConcurrentHashMap.newKeySet();
    private final BlockingQueue<String> received = new LinkedBlockingQueue<>();
    private final List<LocalProcess> processes = new ArrayList<>();

    private volatile int answer = 202;
    private volatile Runnable beforeAnswer = () -> {};
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
                String id = exchange.getRequestHeaders().getFirst("ce-id");
                times.add(id + " " + exchange.getRequestHeaders().getFirst("ce-time"));
                received.add(id);
            }
            beforeAnswer.run();
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

    private LocalProcess adapter(String pod) {
        LocalProcess process = PingAdapterProcess.start(cluster, pod, List.of());
        processes.add(process);
        return process;
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
    void aStandbyTakesOverFromAnAdapterThatIsKilledAtTheTickAndLosesNoTick() {
        source("ping");
        LocalProcess first = adapter("pod-1");
        awaitEvents(first, 3);
        LocalProcess second = adapter("pod-2");
        awaitLog(second, "standby");
        // The sink has the event, and the adapter never has the answer.
        beforeAnswer = () -> {
            beforeAnswer = () -> {};
            first.kill();
        };
        first.awaitExit(Duration.ofMinutes(1));
        String unanswered = List.copyOf(received).get(received.size() - 1);
        awaitEvents(second, received.size() + 10);

        assertNoTickIsLost();
        assertThat(received).filteredOn(unanswered::equals).hasSizeGreaterThan(1);
        // A repeat has the same time as the event that it repeats.
        assertThat(times).hasSize(Set.copyOf(received).size());
    }

    @Test
    void aSinkWithAnAudienceGetsTokensOfTheServiceAccountOfTheSource() {
        String account = "ping-oidc-sources.knative.dev-pingsource";
        try (AuthenticatingSink checking =
                AuthenticatingSink.start(admin, "pings", "system:serviceaccount:" + namespace + ":" + account)) {
            cluster.apply("apiVersion: sources.knative.dev/v1\nkind: PingSource\nmetadata: {name: ping, namespace: "
                    + namespace + "}\nspec: {schedule: '@every 1s', sink: {uri: '" + checking.url()
                    + "', audience: pings}}");
            LocalProcess process = adapter("pod-1");
            process.await("an event", Duration.ofMinutes(2), () -> !checking.subjects()
                    .isEmpty());
            assertThat(checking.refusals()).isEmpty();
            checking.revokeNext();
            process.await(
                    "a new token",
                    Duration.ofMinutes(2),
                    () -> checking.tokens().size() == 2);
            assertThat(checking.refusals()).containsExactly("revoked");
            assertThat(admin.rbac()
                            .roles()
                            .inNamespace(namespace)
                            .withName(account)
                            .require()
                            .getRules())
                    .singleElement()
                    .satisfies(rule -> assertThat(rule.getResourceNames()).containsExactly(account));
            assertThat(process.lines())
                    .noneMatch(line -> line.contains(checking.tokens().get(0)));
        }
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
