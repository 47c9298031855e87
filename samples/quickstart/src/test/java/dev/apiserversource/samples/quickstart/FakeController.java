package dev.apiserversource.samples.quickstart;

import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;

import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Acts for the controller in tests, in this process: creates a Deployment for each source, sets the sink of the CronJob
 * of a SinkBinding, and makes the source ready.
 */
final class FakeController implements AutoCloseable {

    private static final String SINK_BINDING = "SinkBinding";
    private static final Map<String, String> IMAGES =
            Map.of("ApiServerSource", "adapter", "ContainerSource", "heartbeats", "PingSource", "ping-adapter");

    private final KubernetesClient client;

    /** Controls the sources of {@code demo}, whose CustomResourceDefinitions exist. */
    FakeController(Path kubeconfig, Demo demo) {
        client = new KubernetesClientBuilder()
                .withConfig(Config.fromKubeconfig(kubeconfig.toFile()))
                .build();
        demo.kinds().forEach(kind -> client.genericKubernetesResources("sources.knative.dev/v1", kind)
                .inNamespace("default")
                .watch(new Following<>(this::reconcile)));
        client.apps().deployments().inNamespace("default").watch(new Following<>(this::report));
    }

    @Override
    public void close() {
        client.close();
    }

    private void reconcile(GenericKubernetesResource source) {
        if (source.getKind().equals(SINK_BINDING)) {
            bind(source.get("spec", "sink", "uri"));
            makeReady(SINK_BINDING, source.getMetadata().getName(), "True");
        } else {
            client.resource(deployment(source)).serverSideApply();
        }
    }

    private void bind(String sink) {
        client.batch()
                .v1()
                .cronjobs()
                .inNamespace("default")
                .withName("heartbeat-cron")
                .edit(cronJob -> {
                    cronJob.getSpec()
                            .getJobTemplate()
                            .getSpec()
                            .getTemplate()
                            .getSpec()
                            .getContainers()
                            .get(0)
                            .getEnv()
                            .add(new EnvVar("K_SINK", sink, null));
                    return cronJob;
                });
    }

    private static Deployment deployment(GenericKubernetesResource source) {
        Map<String, String> labels = Map.of("source", source.getMetadata().getName(), "kind", source.getKind());
        return new DeploymentBuilder()
                .withNewMetadata()
                .withNamespace("default")
                .withName(source.getMetadata().getName())
                .withLabels(labels)
                .endMetadata()
                .withNewSpec()
                .withReplicas(1)
                .withNewSelector()
                .withMatchLabels(labels)
                .endSelector()
                .withNewTemplate()
                .withNewSpec()
                .addNewContainer()
                .withName("receive-adapter")
                .withImage(IMAGES.get(source.getKind()))
                .withEnv(new EnvVar("K_SINK", source.<String>get("spec", "sink", "uri"), null))
                .endContainer()
                .endSpec()
                .endTemplate()
                .endSpec()
                .build();
    }

    private void report(Deployment deployment) {
        if (deployment.getStatus() == null
                || deployment.getStatus().getConditions().isEmpty()) {
            return;
        }
        makeReady(
                deployment.getMetadata().getLabels().get("kind"),
                deployment.getMetadata().getName(),
                deployment.getStatus().getConditions().get(0).getStatus());
    }

    private void makeReady(String kind, String name, String status) {
        client.genericKubernetesResources("sources.knative.dev/v1", kind)
                .inNamespace("default")
                .withName(name)
                .subresource("status")
                .patch(
                        PatchContext.of(PatchType.JSON_MERGE),
                        "{\"status\":{\"conditions\":[{\"type\":\"Ready\",\"status\":\"" + status + "\"}]}}");
    }

    /** Passes added and modified objects on. */
    private record Following<T>(Consumer<T> consumer) implements Watcher<T> {

        @Override
        public void eventReceived(Action action, T object) {
            if (action == Action.ADDED || action == Action.MODIFIED) {
                consumer.accept(object);
            }
        }

        @Override
        public void onClose(WatcherException cause) {
            System.err.println("watch closed: " + cause);
        }
    }
}
