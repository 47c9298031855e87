package dev.apiserversource.controller.real;

import dev.apiserversource.controller.api.ContainerSource;
import dev.apiserversource.controller.api.SinkBinding;
import dev.apiserversource.controller.api.SourceResource;
import dev.apiserversource.controller.real.RealCluster.Installed;
import dev.apiserversource.loadtests.cluster.AuditLog.Request;
import dev.apiserversource.loadtests.cluster.ControlPlaneTest;
import dev.apiserversource.loadtests.cluster.PromisedSize;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
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
 * Many ContainerSources, and as many SinkBindings of a Deployment each, that exist when the controller starts, as a
 * process of its own with the memory that its manifest gives it. A thousand of each are promised.
 */
@ControlPlaneTest
@ExtendWith(RealCluster.class)
class ManyBindingsRealIT {

    private static final int EACH = PromisedSize.of(1_000);
    /** The API server evaluates all SinkBindings of a namespace at each write of a workload. */
    private static final int NAMESPACES = PromisedSize.of(100);

    /** Twice what is promised for two cores: tests share them with other work. The output has the time it took. */
    private static final Duration RECONCILED_WITHIN = Duration.ofMinutes(2);
    /** Of a workload or Deployment, a finalizer or Event object, and the status. */
    private static final int WRITES_FOR_EACH = 3;
    /** Longer than the wait after which a SinkBinding lists its workloads again. */
    private static final Duration IDLE = Duration.ofSeconds(12);

    private static final String CONTAINERS = "containers: [{name: a, image: a}]";

    private final Installed cluster;
    private final KubernetesClient admin;
    private final List<String> namespaces;

    ManyBindingsRealIT(Installed cluster) {
        this.cluster = cluster;
        this.admin = cluster.admin();
        this.namespaces = IntStream.range(0, NAMESPACES)
                .mapToObj(number -> cluster.plane().createNamespace("bindings"))
                .toList();
    }

    @Test
    void allOfEachKindAreReconciledWithThreeWritesEachWithinTheMemoryLimit() {
        namespaces.forEach(
                namespace -> cluster.apply("apiVersion: v1\nkind: Service\nmetadata: {name: display, namespace: "
                        + namespace + "}\nspec: {ports: [{port: 80}]}"));
        ExecutorService workers = Executors.newFixedThreadPool(16);
        CompletableFuture.allOf(IntStream.range(0, EACH)
                        .mapToObj(number -> CompletableFuture.runAsync(() -> create(number), workers))
                        .toArray(CompletableFuture<?>[]::new))
                .join();
        workers.shutdown();
        SharedIndexInformer<ContainerSource> sources =
                admin.resources(ContainerSource.class).inAnyNamespace().inform();
        SharedIndexInformer<SinkBinding> bindings =
                admin.resources(SinkBinding.class).inAnyNamespace().inform();
        SharedIndexInformer<Deployment> deployments =
                admin.apps().deployments().inAnyNamespace().inform();
        ControllerProcess controller = new ControllerProcess(cluster);
        try {
            Instant started = Instant.now();
            controller.start();
            RealCluster.await(
                    "all to be reconciled",
                    () -> with(sources, "SinkBindingReady") == EACH
                            && with(bindings, "Ready") == EACH
                            && bound(deployments) == 2L * EACH);
            Duration took = Duration.between(started, Instant.now());
            assertNoWritesFor(IDLE);
            int writes = writesSince(started).size();
            long peak = controller.peakResidentBytes();
            Instant deleted = Instant.now();
            deleteAll(SinkBinding.class);
            RealCluster.await(
                    "all to be deleted", () -> ours(bindings).findAny().isEmpty());
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
            // Some are repeated when an object has changed since it was read.
            assertThat(writes).isLessThan(2 * EACH * WRITES_FOR_EACH + EACH / 10);
            assertThat(peak).isLessThan(ControllerProcess.MEMORY_LIMIT);
            RealCluster.await("the workloads to be clean", () -> bound(deployments) == EACH);
        } finally {
            controller.stop();
            Stream.of(sources, bindings, deployments).forEach(SharedIndexInformer::stop);
            deleteAll(ContainerSource.class);
            deleteAll(Deployment.class);
        }
    }

    private void create(int number) {
        String namespace = namespaces.get(number % NAMESPACES);
        create(
                namespace,
                "apps/v1",
                "Deployment",
                "worker-" + number,
                "selector: {matchLabels: {app: a}}, template: {metadata:" + " {labels: {app: a}}, spec: {" + CONTAINERS
                        + "}}");
        create(
                namespace,
                "sources.knative.dev/v1",
                "SinkBinding",
                "bind-" + number,
                "subject: {apiVersion: apps/v1, kind:" + " Deployment, name: worker-" + number
                        + "}, ceOverrides: {extensions: {hello: world}}, " + sink());
        create(
                namespace,
                "sources.knative.dev/v1",
                "ContainerSource",
                "beats-" + number,
                "template: {spec: {" + CONTAINERS + "}}, " + sink());
    }

    private static String sink() {
        return "sink: {ref: {apiVersion: v1, kind: Service, name: display}}";
    }

    private void create(String namespace, String apiVersion, String kind, String name, String spec) {
        admin.resource(Serialization.unmarshal(
                        "apiVersion: " + apiVersion + "\nkind: " + kind + "\nmetadata: {name: " + name + ", namespace: "
                                + namespace + "}\nspec: {" + spec + "}",
                        GenericKubernetesResource.class))
                .create();
    }

    /** Other classes may have left objects. */
    private <T extends HasMetadata> Stream<T> ours(SharedIndexInformer<T> informer) {
        return informer.getStore().list().stream()
                .filter(object -> namespaces.contains(object.getMetadata().getNamespace()));
    }

    private void deleteAll(Class<? extends HasMetadata> type) {
        namespaces.forEach(
                namespace -> admin.resources(type).inNamespace(namespace).delete());
    }

    private long with(SharedIndexInformer<? extends SourceResource<?>> sources, String condition) {
        return ours(sources)
                .filter(source -> source.getStatus() != null)
                .filter(source -> source.getStatus().conditions().stream()
                        .anyMatch(current -> current.type().equals(condition)
                                && current.status().equals("True")))
                .count();
    }

    private long bound(SharedIndexInformer<Deployment> deployments) {
        return ours(deployments)
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
                .filter(request -> namespaces.contains(request.namespace()))
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
