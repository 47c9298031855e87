package dev.apiserversource.controller.real;

import dev.apiserversource.controller.api.ApiServerSource;
import dev.apiserversource.controller.api.Condition;
import dev.apiserversource.controller.real.RealCluster.Installed;
import dev.apiserversource.loadtests.cluster.AuditLog.Request;
import dev.apiserversource.loadtests.cluster.ControlPlaneTest;
import dev.apiserversource.loadtests.cluster.PromisedSize;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.utils.Serialization;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Many sources and the controller as a process of its own, with the memory that its manifest gives it, also after a
 * restart on a cluster with many Services: a thousand and ten thousand are promised. {@code -Dmany.sources=5000}
 * measures another number of sources.
 */
@ControlPlaneTest
@ExtendWith(RealCluster.class)
class ManySourcesRealIT {

    private static final int PROMISED = 1_000;
    private static final int SOURCES = Integer.getInteger("many.sources", PromisedSize.of(PROMISED));
    private static final int SERVICES = PromisedSize.of(10_000);
    private static final Duration READY_WITHIN = Duration.ofMinutes(2);
    private static final long MOST_RSS = ControllerProcess.MEMORY_LIMIT;
    private static final Duration LIMIT = READY_WITHIN.multipliedBy(2L * Math.max(1, SOURCES / PROMISED));
    private static final Duration IDLE = Duration.ofSeconds(15);

    private final Installed cluster;
    private final KubernetesClient admin;
    private final AtomicInteger available = new AtomicInteger();

    ManySourcesRealIT(Installed cluster) {
        this.cluster = cluster;
        this.admin = cluster.admin();
    }

    @Test
    void manySourcesBecomeReadyWithinTwoMinutesStayIdleAndSurviveARestart() {
        cluster.apply("apiVersion: v1\nkind: Namespace\nmetadata: {name: many}");
        cluster.apply("apiVersion: v1\nkind: Service\nmetadata: {name: display, namespace: many}\n"
                + "spec: {ports: [{port: 80}]}");
        cluster.apply("apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\nmetadata: {name: many}\n"
                + "roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: event-watcher}\n"
                + "subjects: [{kind: ServiceAccount, name: default, namespace: many}]");
        ExecutorService workers = Executors.newFixedThreadPool(16);
        Instant start = Instant.now();
        ControllerProcess controller = new ControllerProcess(cluster);
        controller.start();
        SharedIndexInformer<Deployment> availability =
                admin.apps().deployments().inNamespace("many").inform(onceMade(workers));
        SharedIndexInformer<ApiServerSource> sources =
                admin.resources(ApiServerSource.class).inNamespace("many").inform();
        try {
            IntStream.range(0, SOURCES).forEach(number -> workers.execute(() -> create(number)));
            RealCluster.await("all pods to be ready", LIMIT, () -> available.get() == SOURCES);
            Instant begin = Instant.now();
            RealCluster.await("all sources to be READY", LIMIT, () -> ready(sources) == SOURCES);
            Duration took = Duration.between(begin, Instant.now());
            assertNoWritesFor(IDLE);
            int writes = writesSince(start).size();
            long rss = controller.peakResidentBytes();
            System.out.printf(
                    "%d sources READY after %d s, %d writes (%.1f each), peak RSS %d MiB%n",
                    SOURCES, took.toSeconds(), writes, (double) writes / SOURCES, rss >> 20);
            point("ready", millis(took) / 1_000);
            point("cpu", millis(controller.cpuTime()) / SOURCES);
            if (SOURCES <= PROMISED) {
                assertThat(took).isLessThan(READY_WITHIN);
                assertThat(rss).isLessThan(MOST_RSS);
            }
            controller.stop();

            createServices(workers);
            Instant restarted = Instant.now();
            controller.start();
            RealCluster.await(
                    "all sources to be reconciled again", LIMIT, () -> controller.reconciliations() >= SOURCES);
            Duration restart = Duration.between(restarted, Instant.now());
            long peak = controller.peakResidentBytes();
            System.out.printf(
                    "restart with %d sources and %d Services: all reconciled after %d s, peak RSS %d MiB%n",
                    SOURCES, SERVICES, restart.toSeconds(), peak >> 20);
            point("restart", millis(restart) / 1_000);
            point("peak", (double) Math.max(rss, peak) / (1 << 20));
            assertThat(writesSince(restarted)).isEmpty();
            if (SOURCES <= PROMISED) {
                assertThat(restart).isLessThan(READY_WITHIN);
                assertThat(peak).isLessThan(MOST_RSS);
            }
        } finally {
            availability.stop();
            sources.stop();
            workers.shutdownNow();
            controller.stop();
            RealCluster.deleteAll(admin.resources(ApiServerSource.class).inNamespace("many"));
        }
    }

    /** A line of {@code growth.csv}, but for the commit: see {@code load-tests/scenarios/sources}. */
    private static void point(String metric, double number) {
        System.out.printf(Locale.ROOT, "POINT sources,%d,ours,%s,%.2f%n", SOURCES, metric, number);
    }

    private static double millis(Duration duration) {
        return duration.toMillis();
    }

    /** Sources that other classes have left on this API server are reconciled as well, in their namespaces. */
    private List<Request> writesSince(Instant since) {
        return cluster.writesSince(since).stream()
                .filter(request -> request.namespace().equals("many"))
                .toList();
    }

    private void assertNoWritesFor(Duration duration) {
        Instant from = Instant.now();
        Awaitility.await("no write after all are READY")
                .during(duration)
                .atMost(duration.multipliedBy(2))
                .pollInterval(Duration.ofSeconds(1))
                .untilAsserted(() -> assertThat(writesSince(from)).isEmpty());
    }

    /** As large as Services of Knative Serving, and without addresses, of which a cluster has fewer. */
    private void createServices(ExecutorService workers) {
        CompletableFuture.allOf(IntStream.range(0, SERVICES)
                        .mapToObj(number -> CompletableFuture.runAsync(() -> createService(number), workers))
                        .toArray(CompletableFuture<?>[]::new))
                .join();
    }

    private void createService(int number) {
        admin.resource(new ServiceBuilder()
                        .withNewMetadata()
                        .withName("service-" + number)
                        .withNamespace("many")
                        .addToAnnotations("filler", "x".repeat(1_500))
                        .endMetadata()
                        .withNewSpec()
                        .withClusterIP("None")
                        .addNewPort()
                        .withPort(80)
                        .endPort()
                        .endSpec()
                        .build())
                .create();
    }

    private void create(int number) {
        admin.resource(Serialization.unmarshal(
                        "apiVersion: sources.knative.dev/v1\nkind: ApiServerSource\nmetadata: {name: source-" + number
                                + ", namespace: many}\nspec: {resources: [{apiVersion: v1, kind: Event}], sink: {ref:"
                                + " {apiVersion: v1, kind: Service, name: display}}}",
                        ApiServerSource.class))
                .create();
    }

    /** What the controllers of Deployments and pods would do. */
    private ResourceEventHandler<Deployment> onceMade(ExecutorService workers) {
        return new ResourceEventHandler<>() {
            @Override
            public void onAdd(Deployment deployment) {
                workers.execute(() -> makeAvailable(deployment));
            }

            @Override
            public void onUpdate(Deployment old, Deployment now) {
                // Only new ones are made available.
            }

            @Override
            public void onDelete(Deployment deployment, boolean finalStateUnknown) {
                // Nothing is to be done.
            }
        };
    }

    private void makeAvailable(Deployment deployment) {
        admin.resource(deployment).editStatus(current -> new DeploymentBuilder(current)
                .editOrNewStatus()
                .withObservedGeneration(current.getMetadata().getGeneration())
                .withReplicas(1)
                .withUpdatedReplicas(1)
                .withReadyReplicas(1)
                .addNewCondition()
                .withType("Available")
                .withStatus("True")
                .endCondition()
                .endStatus()
                .build());
        available.incrementAndGet();
    }

    private static long ready(SharedIndexInformer<ApiServerSource> sources) {
        return sources.getStore().list().stream()
                .filter(source -> source.getStatus() != null)
                .filter(source -> source.getStatus().conditions().stream()
                        .anyMatch(condition -> condition.type().equals("Ready")
                                && condition.status().equals(Condition.TRUE)))
                .count();
    }
}
