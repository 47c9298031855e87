package dev.apiserversource.controller.real;

import com.sun.net.httpserver.HttpServer;
import dev.apiserversource.controller.Repository;
import dev.apiserversource.controller.real.RealCluster.Installed;
import dev.apiserversource.loadtests.cluster.ApiServerOption;
import dev.apiserversource.loadtests.cluster.ControlPlaneTest;
import dev.apiserversource.loadtests.cluster.ControlPlanes;
import dev.apiserversource.loadtests.cluster.PromisedSize;
import dev.apiserversource.loadtests.process.LocalProcess;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;

import static org.assertj.core.api.Assertions.assertThat;

/** Many PingSources on the same minute, ten thousand in full, and the adapter with the memory of its Deployment. */
@ControlPlaneTest
class PingLoadRealIT {

    private static final int SOURCES = PromisedSize.of(10_000);
    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final Path DEPLOYMENT = Path.of("src/test/resources/golden/pingsource/deployment.yaml");

    private final Installed cluster;
    private final KubernetesClient admin;
    private final ExecutorService workers = Executors.newFixedThreadPool(16);

    /** When the last event of a tick was received, and the sources that it was received of. */
    private final Map<Instant, Tick> ticks = new ConcurrentHashMap<>();

    private HttpServer sink;
    private String namespace;

    private static final class Tick {

        private final Set<String> sources = ConcurrentHashMap.newKeySet();
        private volatile int events;
        private volatile Instant complete = Instant.MAX;

        private synchronized void receive(String source) {
            events++;
            if (sources.add(source) && sources.size() == SOURCES) {
                complete = Instant.now();
            }
        }
    }

    /** A control plane of its own: so many objects would disturb other tests. */
    PingLoadRealIT(ControlPlanes planes) {
        this.cluster = Installed.on(planes.with(ApiServerOption.UNLIMITED_REQUESTS));
        this.admin = cluster.admin();
    }

    @BeforeEach
    void start() throws IOException {
        namespace = cluster.plane().createNamespace("load");
        // The adapter can update its Lease, and the controller creates it.
        cluster.apply("apiVersion: coordination.k8s.io/v1\nkind: Lease\nmetadata: {name: " + PingAdapterProcess.NAME
                + ", namespace: " + PingAdapterProcess.SYSTEM + "}");
        sink = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        sink.setExecutor(workers);
        sink.createContext("/", exchange -> {
            exchange.getRequestBody().readAllBytes();
            Instant time = Instant.parse(exchange.getRequestHeaders().getFirst("ce-time"));
            ticks.computeIfAbsent(time, first -> new Tick())
                    .receive(exchange.getRequestHeaders().getFirst("ce-source"));
            exchange.sendResponseHeaders(202, -1);
            exchange.close();
        });
        sink.start();
    }

    @AfterEach
    void stop() {
        sink.stop(0);
        workers.shutdownNow();
    }

    @Test
    void allAreSentWithinTheirMinuteWithinTheMemoryLimit() {
        acceptStatusAtCreation();
        CompletableFuture.allOf(IntStream.range(0, SOURCES)
                        .mapToObj(number -> CompletableFuture.runAsync(() -> create(number), workers))
                        .toArray(CompletableFuture<?>[]::new))
                .join();
        Deployment deployment = Serialization.unmarshal(Repository.read(DEPLOYMENT), Deployment.class);
        LocalProcess adapter = PingAdapterProcess.start(cluster, "load", javaOptions(deployment));
        try {
            adapter.await("all sources to be listed", LIMIT, () -> adapter.lines().stream()
                    .anyMatch(line -> line.contains("PingSources listed")));
            Instant tick = Instant.now().truncatedTo(ChronoUnit.MINUTES).plus(Duration.ofMinutes(1));
            adapter.await("a tick of all sources", LIMIT, () -> isComplete(tick));
            long peak = adapter.peakResidentBytes();
            System.out.printf(
                    "%d PingSources on the same minute: sent within %d s, peak RSS %d MiB%n",
                    SOURCES, seconds(tick), peak >> 20);
            assertThat(seconds(tick)).isLessThan(60);
            assertThat(ticks.get(tick).events).isEqualTo(SOURCES);
            assertThat(peak).isLessThan(memoryLimit(deployment));
        } finally {
            adapter.stop();
        }
    }

    private boolean isComplete(Instant tick) {
        Tick received = ticks.get(tick);
        return received != null && !received.complete.equals(Instant.MAX);
    }

    private long seconds(Instant tick) {
        return Duration.between(tick, ticks.get(tick).complete).toSeconds();
    }

    /** A source with the status that the controller writes, in one request. */
    private GenericKubernetesResource create(int number) {
        return admin.resource(Serialization.unmarshal(
                        "apiVersion: sources.knative.dev/v1\nkind: PingSource\nmetadata: {name: ping-" + number
                                + ", namespace: " + namespace + "}\nspec: {data: '" + "x".repeat(500)
                                + "', sink: {uri: 'http://sink'}}\nstatus: {sinkUri: 'http://localhost:"
                                + sink.getAddress().getPort() + "/'}",
                        GenericKubernetesResource.class))
                .create();
    }

    /** The API server takes a status at creation once the CRD has no subresource for it. */
    private void acceptStatusAtCreation() {
        admin.apiextensions()
                .v1()
                .customResourceDefinitions()
                .withName("pingsources.sources.knative.dev")
                .edit(crd -> {
                    crd.getSpec().getVersions().forEach(version -> version.setSubresources(null));
                    return crd;
                });
        RealCluster.await("a status to be kept", () -> {
            GenericKubernetesResource created = create(SOURCES);
            admin.resource(created).delete();
            return created.getAdditionalProperties().containsKey("status");
        });
    }

    private static List<String> javaOptions(Deployment deployment) {
        return deployment.getSpec().getTemplate().getSpec().getContainers().get(0).getEnv().stream()
                .filter(variable -> variable.getName().equals("JAVA_TOOL_OPTIONS"))
                .flatMap(variable -> List.of(variable.getValue().split(" ", -1)).stream())
                .toList();
    }

    private static long memoryLimit(Deployment deployment) {
        return Quantity.getAmountInBytes(deployment
                        .getSpec()
                        .getTemplate()
                        .getSpec()
                        .getContainers()
                        .get(0)
                        .getResources()
                        .getLimits()
                        .get("memory"))
                .longValueExact();
    }
}
