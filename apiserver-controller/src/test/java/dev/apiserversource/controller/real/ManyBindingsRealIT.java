package dev.apiserversource.controller.real;

import dev.apiserversource.controller.api.ContainerSource;
import dev.apiserversource.controller.api.SinkBinding;
import dev.apiserversource.controller.api.SourceResource;
import dev.apiserversource.controller.real.RealCluster.Installed;
import dev.apiserversource.loadtests.cluster.AuditLog.Request;
import dev.apiserversource.loadtests.cluster.ControlPlaneTest;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.apps.Deployment;
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
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A thousand ContainerSources, and a thousand SinkBindings of a Deployment each, that exist when the controller starts,
 * as a process of its own with the memory that its manifest gives it.
 */
@ControlPlaneTest
@ExtendWith(RealCluster.class)
class ManyBindingsRealIT {

    private static final int EACH = 1_000;
    private static final Duration RECONCILED_WITHIN = Duration.ofMinutes(1);
    /** Longer than the wait after which a SinkBinding lists its workloads again. */
    private static final Duration IDLE = Duration.ofSeconds(12);

    private static final String CONTAINERS = "containers: [{name: a, image: a}]";

    private final Installed cluster;
    private final KubernetesClient admin;
    private final String namespace;

    ManyBindingsRealIT(Installed cluster) {
        this.cluster = cluster;
        this.admin = cluster.admin();
        this.namespace = cluster.plane().createNamespace("bindings");
    }

    @Test
    void aThousandOfEachKindAreReconciledWithinAMinuteWithinTheMemoryLimit() {
        cluster.apply("apiVersion: v1\nkind: Service\nmetadata: {name: display, namespace: " + namespace
                + "}\nspec: {ports: [{port: 80}]}");
        ExecutorService workers = Executors.newFixedThreadPool(16);
        CompletableFuture.allOf(IntStream.range(0, EACH)
                        .mapToObj(number -> CompletableFuture.runAsync(() -> create(number), workers))
                        .toArray(CompletableFuture<?>[]::new))
                .join();
        workers.shutdown();
        SharedIndexInformer<ContainerSource> sources =
                admin.resources(ContainerSource.class).inNamespace(namespace).inform();
        SharedIndexInformer<SinkBinding> bindings =
                admin.resources(SinkBinding.class).inNamespace(namespace).inform();
        SharedIndexInformer<Deployment> deployments =
                admin.apps().deployments().inNamespace(namespace).inform();
        ControllerProcess controller = new ControllerProcess(cluster);
        try {
            Instant started = Instant.now();
            controller.start();
            RealCluster.await(
                    "all to be reconciled",
                    () -> with(sources, "SinkBindingReady") == EACH
                            && with(bindings, "Ready") == EACH
                            && bound(deployments) == 2 * EACH);
            Duration took = Duration.between(started, Instant.now());
            assertNoWritesFor(IDLE);
            int writes = writesSince(started).size();
            long peak = controller.peakResidentBytes();
            Instant deleted = Instant.now();
            admin.resources(SinkBinding.class).inNamespace(namespace).delete();
            RealCluster.await(
                    "all to be deleted", () -> bindings.getStore().list().isEmpty());
            System.out.printf(
                    "%d ContainerSources and %d SinkBindings reconciled %d s after the start, %d writes, peak RSS %d"
                            + " MiB; the SinkBindings were deleted within %d s%n",
                    EACH,
                    EACH,
                    took.toSeconds(),
                    writes,
                    peak >> 20,
                    Duration.between(deleted, Instant.now()).toSeconds());
            assertThat(took).isLessThan(RECONCILED_WITHIN);
            assertThat(peak).isLessThan(ControllerProcess.MEMORY_LIMIT);
            RealCluster.await("the workloads to be clean", () -> bound(deployments) == EACH);
        } finally {
            controller.stop();
            Stream.of(sources, bindings, deployments).forEach(SharedIndexInformer::stop);
            admin.resources(ContainerSource.class).inNamespace(namespace).delete();
            admin.apps().deployments().inNamespace(namespace).delete();
        }
    }

    private void create(int number) {
        create(
                "apps/v1",
                "Deployment",
                "worker-" + number,
                "selector: {matchLabels: {app: a}}, template: {metadata:" + " {labels: {app: a}}, spec: {" + CONTAINERS
                        + "}}");
        create(
                "sources.knative.dev/v1",
                "SinkBinding",
                "bind-" + number,
                "subject: {apiVersion: apps/v1, kind:" + " Deployment, name: worker-" + number
                        + "}, ceOverrides: {extensions: {hello: world}}, " + sink());
        create(
                "sources.knative.dev/v1",
                "ContainerSource",
                "beats-" + number,
                "template: {spec: {" + CONTAINERS + "}}, " + sink());
    }

    private static String sink() {
        return "sink: {ref: {apiVersion: v1, kind: Service, name: display}}";
    }

    private void create(String apiVersion, String kind, String name, String spec) {
        admin.resource(Serialization.unmarshal(
                        "apiVersion: " + apiVersion + "\nkind: " + kind + "\nmetadata: {name: " + name + ", namespace: "
                                + namespace + "}\nspec: {" + spec + "}",
                        GenericKubernetesResource.class))
                .create();
    }

    private static long with(SharedIndexInformer<? extends SourceResource<?>> sources, String condition) {
        return sources.getStore().list().stream()
                .filter(source -> source.getStatus() != null)
                .filter(source -> source.getStatus().conditions().stream()
                        .anyMatch(current -> current.type().equals(condition)
                                && current.status().equals("True")))
                .count();
    }

    private static long bound(SharedIndexInformer<Deployment> deployments) {
        return deployments.getStore().list().stream()
                .map(deployment -> deployment.getSpec().getTemplate().getSpec().getContainers())
                .filter(ManyBindingsRealIT::hasSink)
                .count();
    }

    private static boolean hasSink(List<Container> containers) {
        return containers.stream()
                .flatMap(container -> container.getEnv().stream())
                .anyMatch(variable -> variable.getName().equals("K_SINK"));
    }

    private List<Request> writesSince(Instant since) {
        return cluster.writesSince(since).stream()
                .filter(request -> request.namespace().equals(namespace))
                .toList();
    }

    private void assertNoWritesFor(Duration duration) {
        Instant from = Instant.now();
        Awaitility.await("no write after all are reconciled")
                .during(duration)
                .atMost(duration.multipliedBy(2))
                .pollInterval(Duration.ofSeconds(1))
                .untilAsserted(() -> assertThat(writesSince(from)).isEmpty());
    }
}
