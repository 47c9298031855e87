package dev.apiserversource.samples.quickstart;

import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Does for the Deployments of sources what a cluster does: starts the adapter, a process here, with the environment of the
 * Deployment's container, says when it is ready, starts it anew when its template changes, and stops it when the Deployment goes.
 */
final class Adapters implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Adapters.class);
    private static final String OF_A_SOURCE = "eventing.knative.dev/source";
    private static final int MILLIS_BETWEEN_PROBES = 50;

    private final Programs programs;
    private final List<String> command;
    private final Path kubeconfig;
    private final Screen screen;
    private final DeploymentStatuses statuses;
    /** By the Deployment's UID; touched by the worker only. */
    private final Map<String, Running> running = new HashMap<>();

    private final ScheduledExecutorService worker =
            Executors.newSingleThreadScheduledExecutor(work -> new Thread(work, "adapters"));
    private final SharedIndexInformer<Deployment> deployments;

    /**
     * Begins with the Deployments of all namespaces that exist already.
     *
     * @param programs takes over the processes
     * @param command starts an adapter
     * @param kubeconfig which tells an adapter what its ServiceAccount's token would
     */
    Adapters(KubernetesClient client, Programs programs, List<String> command, Path kubeconfig, Screen screen) {
        this.programs = programs;
        this.command = command;
        this.kubeconfig = kubeconfig;
        this.screen = screen;
        this.statuses = new DeploymentStatuses(client);
        this.deployments = client.apps()
                .deployments()
                .inAnyNamespace()
                .withLabel(OF_A_SOURCE)
                .inform(new DeploymentHandler());
    }

    /** Takes no notice any more; the processes run on until their owner stops them. */
    @Override
    public void close() {
        deployments.close();
        worker.shutdownNow();
    }

    private void follow(Deployment deployment) {
        PodTemplateSpec template = deployment.getSpec().getTemplate();
        Running present = running.get(uid(deployment));
        boolean wanted = deployment.getSpec().getReplicas() > 0;
        if (present != null && wanted && present.template().equals(template)) {
            return;
        }
        stop(deployment);
        if (wanted) {
            start(deployment);
        }
    }

    private void start(Deployment deployment) {
        Program adapter = programs.start("adapter", command, ContainerEnvironment.of(deployment, kubeconfig));
        Running started = new Running(deployment.getSpec().getTemplate(), adapter);
        running.put(uid(deployment), started);
        screen.say("adapter        process " + adapter.pid() + ", log " + adapter.logFile());
        statuses.report(deployment, false);
        probe(deployment, started);
    }

    private void probe(Deployment deployment, Running started) {
        later(MILLIS_BETWEEN_PROBES, deployment, () -> {
            if (!started.equals(running.get(uid(deployment)))) {
                return;
            }
            if (started.adapter().isReady()) {
                statuses.report(deployment, true);
            } else {
                probe(deployment, started);
            }
        });
    }

    private void stop(Deployment deployment) {
        Running present = running.remove(uid(deployment));
        if (present != null) {
            programs.stop(present.adapter());
            screen.say("adapter        process " + present.adapter().pid() + " stopped");
        }
    }

    private void later(int millis, Deployment deployment, Step step) {
        // What goes wrong in a step is told there.
        Future<?> unused = worker.schedule(() -> attempt(deployment, step), millis, TimeUnit.MILLISECONDS);
    }

    private void attempt(Deployment deployment, Step step) {
        try {
            step.take();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            // Closing interrupts whatever is under way.
            if (worker.isShutdown()) {
                return;
            }
            log.atWarn()
                    .addKeyValue("deployment", deployment.getMetadata().getName())
                    .setCause(e)
                    .log("a Deployment cannot be followed");
        }
    }

    private static String uid(Deployment deployment) {
        return deployment.getMetadata().getUid();
    }

    /** What runs for a Deployment, and the template that it was started from. */
    private record Running(PodTemplateSpec template, Program adapter) {}

    /** Work for the worker. */
    private interface Step {
        void take() throws InterruptedException;
    }

    /** Hands what is told on the informer's thread over to the worker's. */
    private final class DeploymentHandler implements ResourceEventHandler<Deployment> {

        @Override
        public void onAdd(Deployment deployment) {
            later(0, deployment, () -> follow(deployment));
        }

        @Override
        public void onUpdate(Deployment before, Deployment now) {
            later(0, now, () -> follow(now));
        }

        @Override
        public void onDelete(Deployment deployment, boolean lastStateUnknown) {
            later(0, deployment, () -> stop(deployment));
        }
    }
}
