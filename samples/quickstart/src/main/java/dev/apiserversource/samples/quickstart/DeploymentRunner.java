package dev.apiserversource.samples.quickstart;

import dev.apiserversource.samples.quickstart.ProcessSupervisor.Supervised;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentStatus;
import io.fabric8.kubernetes.api.model.apps.DeploymentStatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Runs Deployments whose image is a known program, each as one process without a pod: starts it with the environment of
 * the container, probes it and reports the status, restarts it when the template changes, and stops it with the
 * Deployment. Without a readiness probe a process is ready while it runs.
 */
final class DeploymentRunner implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(DeploymentRunner.class);
    private static final Duration STARTUP_PROBE_PERIOD = Duration.ofMillis(50);
    private static final Duration PROBE_PERIOD = Duration.ofMillis(500);
    private static final Duration PROBE_TIMEOUT = Duration.ofSeconds(5);

    private final KubernetesClient client;
    private final ProcessSupervisor supervisor;
    private final Images images;
    private final Path kubeconfig;
    private final HttpClient http = HttpClient.newHttpClient();
    /** By the UID of the Deployment; used by the worker only. */
    private final Map<String, RunningDeployment> running = new HashMap<>();

    private final ScheduledExecutorService worker =
            Executors.newSingleThreadScheduledExecutor(work -> new Thread(work, "deployments"));
    private final SharedIndexInformer<Deployment> deployments;

    /**
     * Runs the Deployments of all namespaces, starting with those that exist.
     *
     * @param supervisor runs the processes, and stops them after this runner is closed
     * @param images the programs
     * @param kubeconfig used by a program instead of the token of its ServiceAccount
     */
    DeploymentRunner(KubernetesClient client, ProcessSupervisor supervisor, Images images, Path kubeconfig) {
        this.client = client;
        this.supervisor = supervisor;
        this.images = images;
        this.kubeconfig = kubeconfig;
        this.deployments = client.apps().deployments().inAnyNamespace().inform(new DeploymentHandler());
    }

    @Override
    public void close() {
        deployments.close();
        worker.shutdownNow();
    }

    private void reconcile(Deployment deployment) {
        PodTemplateSpec template = deployment.getSpec().getTemplate();
        RunningDeployment actual = running.get(uid(deployment));
        boolean desired = replicas(deployment) > 0;
        if (actual != null && desired && actual.template.equals(template)) {
            return;
        }
        stop(deployment);
        if (desired) {
            Container container = template.getSpec().getContainers().get(0);
            images.command(container).ifPresent(command -> start(deployment, container, command));
        }
    }

    private void start(Deployment deployment, Container container, List<String> command) {
        String namespace = deployment.getMetadata().getNamespace();
        String pod = deployment.getMetadata().getName();
        Supervised process = supervisor.start(
                Images.name(container),
                command,
                ContainerEnvironment.of(container, namespace, pod, kubeconfig),
                standardOutput -> {});
        RunningDeployment started = new RunningDeployment(
                deployment.getSpec().getTemplate(), process, container.getReadinessProbe() != null);
        running.put(uid(deployment), started);
        report(deployment, false);
        probeAfter(STARTUP_PROBE_PERIOD, deployment, started);
    }

    private void stop(Deployment deployment) {
        RunningDeployment actual = running.remove(uid(deployment));
        if (actual != null) {
            supervisor.stop(actual.process);
        }
    }

    private void probeAfter(Duration period, Deployment deployment, RunningDeployment actual) {
        execute(period, deployment, () -> {
            if (actual != running.get(uid(deployment))) {
                return;
            }
            boolean ready = actual.probed ? isReady(actual.process.probesPort()) : actual.process.isRunning();
            if (ready != actual.ready) {
                report(deployment, ready);
                actual.ready = ready;
            }
            probeAfter(ready ? PROBE_PERIOD : STARTUP_PROBE_PERIOD, deployment, actual);
        });
    }

    private boolean isReady(OptionalInt port) throws InterruptedException {
        if (port.isEmpty()) {
            return false;
        }
        URI readiness = URI.create("http://127.0.0.1:" + port.getAsInt() + "/readiness");
        HttpRequest request =
                HttpRequest.newBuilder(readiness).timeout(PROBE_TIMEOUT).build();
        try {
            return http.send(request, BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException e) {
            return false;
        }
    }

    private void report(Deployment deployment, boolean ready) {
        client.apps()
                .deployments()
                .resource(deployment)
                .subresource("status")
                .patch(
                        PatchContext.of(PatchType.JSON_MERGE),
                        client.getKubernetesSerialization().asJson(Map.of("status", status(deployment, ready))));
    }

    private static int replicas(Deployment deployment) {
        return Objects.requireNonNullElse(deployment.getSpec().getReplicas(), 1);
    }

    /** What the deployment controller of a cluster writes. The one process stands for all replicas. */
    private static DeploymentStatus status(Deployment deployment, boolean ready) {
        int replicas = replicas(deployment);
        int readyReplicas = ready ? replicas : 0;
        return new DeploymentStatusBuilder()
                .withObservedGeneration(deployment.getMetadata().getGeneration())
                .withReplicas(replicas)
                .withUpdatedReplicas(replicas)
                .withReadyReplicas(readyReplicas)
                .withAvailableReplicas(readyReplicas)
                .withUnavailableReplicas(replicas - readyReplicas)
                .addNewCondition()
                .withType("Available")
                .withStatus(ready ? "True" : "False")
                .withReason(ready ? "MinimumReplicasAvailable" : "MinimumReplicasUnavailable")
                .withMessage("Deployment " + (ready ? "has" : "does not have") + " minimum availability.")
                .endCondition()
                .build();
    }

    private void execute(Duration delay, Deployment deployment, Step step) {
        Future<?> unused = worker.schedule(() -> attempt(deployment, step), delay.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void attempt(Deployment deployment, Step step) {
        try {
            step.run();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            // Closing interrupts a step that is under way.
            if (!worker.isShutdown()) {
                log.atWarn()
                        .addKeyValue("deployment", deployment.getMetadata().getName())
                        .setCause(e)
                        .log("Deployment cannot be run");
            }
        }
    }

    private static String uid(Deployment deployment) {
        return deployment.getMetadata().getUid();
    }

    /** The process of a Deployment, the template it was started from, and the last reported readiness. */
    private static final class RunningDeployment {

        private final PodTemplateSpec template;
        private final Supervised process;
        private final boolean probed;
        private boolean ready;

        RunningDeployment(PodTemplateSpec template, Supervised process, boolean probed) {
            this.template = template;
            this.process = process;
            this.probed = probed;
        }
    }

    private interface Step {
        void run() throws InterruptedException;
    }

    /** Passes changes from the informer's thread to the worker. */
    private final class DeploymentHandler implements ResourceEventHandler<Deployment> {

        @Override
        public void onAdd(Deployment deployment) {
            execute(Duration.ZERO, deployment, () -> reconcile(deployment));
        }

        @Override
        public void onUpdate(Deployment before, Deployment now) {
            execute(Duration.ZERO, now, () -> reconcile(now));
        }

        @Override
        public void onDelete(Deployment deployment, boolean lastStateUnknown) {
            execute(Duration.ZERO, deployment, () -> stop(deployment));
        }
    }
}
