package dev.apiserversource.controller.real;

import dev.apiserversource.controller.api.PingSource;
import dev.apiserversource.controller.real.RealCluster.Installed;
import dev.apiserversource.loadtests.cluster.AuditLog.Request;
import dev.apiserversource.loadtests.cluster.ControlPlaneTest;
import dev.apiserversource.loadtests.cluster.PromisedSize;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.utils.Serialization;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;

import static org.assertj.core.api.Assertions.assertThat;

/** A thousand PingSources and the controller as a process of its own, with the memory that its manifest gives it. */
@ControlPlaneTest
@ExtendWith(RealCluster.class)
class ManyPingSourcesRealIT {

    private static final int SOURCES = PromisedSize.of(1_000);
    private static final Duration READY_WITHIN = Duration.ofMinutes(1);
    private static final Duration IDLE = Duration.ofSeconds(10);

    private final Installed cluster;
    private final KubernetesClient admin;
    private final String namespace;

    ManyPingSourcesRealIT(Installed cluster) {
        this.cluster = cluster;
        this.admin = cluster.admin();
        this.namespace = cluster.plane().createNamespace("pings");
    }

    @Test
    void allAreReadyWithinAMinuteWithinTheMemoryLimitAndStayIdle() {
        cluster.apply("apiVersion: v1\nkind: Service\nmetadata: {name: display, namespace: " + namespace
                + "}\nspec: {ports: [{port: 80}]}");
        ExecutorService workers = Executors.newFixedThreadPool(16);
        CompletableFuture.allOf(IntStream.range(0, SOURCES)
                        .mapToObj(number -> CompletableFuture.runAsync(() -> create(number), workers))
                        .toArray(CompletableFuture<?>[]::new))
                .join();
        workers.shutdown();
        SharedIndexInformer<PingSource> sources =
                admin.resources(PingSource.class).inNamespace(namespace).inform();
        ControllerProcess controller = new ControllerProcess(cluster);
        try {
            Instant started = Instant.now();
            controller.start();
            RealCluster.await("the Deployment of the adapter", () -> adapter() != null);
            makeAvailable(adapter());
            RealCluster.await("all to be READY", () -> ready(sources) == SOURCES);
            Duration took = Duration.between(started, Instant.now());
            assertNoWritesFor(IDLE);
            List<Request> writes = cluster.writesSince(started);
            long peak = controller.peakResidentBytes();
            System.out.printf(
                    "%d PingSources READY %d s after the start, %d writes, peak RSS %d MiB%n",
                    SOURCES, took.toSeconds(), writes.size(), peak >> 20);
            assertThat(took).isLessThan(READY_WITHIN);
            assertThat(peak).isLessThan(ControllerProcess.MEMORY_LIMIT);

            RealCluster.deleteAll(admin.resources(PingSource.class).inNamespace(namespace));
            RealCluster.await(
                    "the adapter to be stopped", () -> adapter().getSpec().getReplicas() == 0);
        } finally {
            controller.stop();
            sources.stop();
            RealCluster.deleteAll(admin.resources(PingSource.class).inNamespace(namespace));
            admin.apps()
                    .deployments()
                    .inNamespace(PingAdapterProcess.SYSTEM)
                    .withName(PingAdapterProcess.NAME)
                    .delete();
        }
    }

    private void create(int number) {
        admin.resource(Serialization.unmarshal(
                        "apiVersion: sources.knative.dev/v1\nkind: PingSource\nmetadata: {name: ping-" + number
                                + ", namespace: " + namespace
                                + "}\nspec: {data: '{\"message\": \"Hello world!\"}', contentType: application/json,"
                                + " sink: {ref: {apiVersion: v1, kind: Service, name: display}}}",
                        PingSource.class))
                .create();
    }

    private Deployment adapter() {
        return admin.apps()
                .deployments()
                .inNamespace(PingAdapterProcess.SYSTEM)
                .withName(PingAdapterProcess.NAME)
                .get();
    }

    /** What the controllers of Deployments and pods would do. */
    private void makeAvailable(Deployment deployment) {
        admin.resource(deployment).editStatus(current -> new DeploymentBuilder(current)
                .editOrNewStatus()
                .withObservedGeneration(current.getMetadata().getGeneration())
                .withReplicas(2)
                .withUpdatedReplicas(2)
                .withAvailableReplicas(2)
                .withReadyReplicas(2)
                .addNewCondition()
                .withType("Available")
                .withStatus("True")
                .endCondition()
                .endStatus()
                .build());
    }

    private static long ready(SharedIndexInformer<PingSource> sources) {
        return sources.getStore().list().stream()
                .filter(source -> source.getStatus() != null)
                .filter(source -> source.getStatus().conditions().stream()
                        .anyMatch(condition -> condition.type().equals("Ready")
                                && condition.status().equals("True")))
                .count();
    }

    private void assertNoWritesFor(Duration duration) {
        Instant from = Instant.now();
        Awaitility.await("no write after all are READY")
                .during(duration)
                .atMost(duration.multipliedBy(2))
                .pollInterval(Duration.ofSeconds(1))
                .untilAsserted(() -> assertThat(cluster.writesSince(from)).isEmpty());
    }
}
