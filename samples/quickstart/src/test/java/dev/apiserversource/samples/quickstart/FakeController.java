package dev.apiserversource.samples.quickstart;

import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;

/** Stands for the controller's process: makes a Deployment of each source, and tells the source what becomes of it. */
final class FakeController {

    enum Behaviour {
        CONTROLS,
        ENDS
    }

    private FakeController() {}

    static List<String> command(Behaviour behaviour) {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        String classPath = System.getProperty("java.class.path");
        return List.of(java.toString(), "-cp", classPath, FakeController.class.getName(), behaviour.name());
    }

    public static void main(String[] args) throws InterruptedException {
        if (Behaviour.valueOf(args[0]) == Behaviour.ENDS) {
            System.err.println("the CRD is not installed");
            System.exit(2);
        }
        KubernetesClient client = new KubernetesClientBuilder().build();
        client.genericKubernetesResources(Cluster.SOURCES)
                .inNamespace("default")
                .watch(new Following<>(source ->
                        client.apps().deployments().resource(deployment(source)).serverSideApply()));
        client.apps()
                .deployments()
                .inNamespace("default")
                .watch(new Following<>(deployment -> report(client, deployment)));
        // The client's threads do not keep the process alive.
        new CountDownLatch(1).await();
    }

    private static Deployment deployment(GenericKubernetesResource source) {
        Map<String, String> labels =
                Map.of("eventing.knative.dev/source", "fake", "eventing.knative.dev/sourceName", "testevents");
        return new DeploymentBuilder()
                .withNewMetadata()
                .withNamespace("default")
                .withName("fake")
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
                .withEnv(
                        new EnvVar("NAMESPACE", "default", null),
                        new EnvVar("K_SINK", source.<String>get("spec", "sink", "uri"), null))
                .endContainer()
                .endSpec()
                .endTemplate()
                .endSpec()
                .build();
    }

    private static void report(KubernetesClient client, Deployment deployment) {
        if (deployment.getStatus() == null
                || deployment.getStatus().getConditions().isEmpty()) {
            return;
        }
        String available = deployment.getStatus().getConditions().get(0).getStatus();
        client.genericKubernetesResources(Cluster.SOURCES)
                .inNamespace("default")
                .withName("testevents")
                .subresource("status")
                .patch(
                        PatchContext.of(PatchType.JSON_MERGE),
                        "{\"status\":{\"conditions\":[{\"type\":\"Ready\",\"status\":\"" + available + "\"}]}}");
    }

    /** Hands on what is added or changed. */
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
