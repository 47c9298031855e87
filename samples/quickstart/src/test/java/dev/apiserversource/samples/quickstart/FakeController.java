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

import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;

/** Replaces the process of the controller in tests: creates a Deployment for each source and copies its condition back. */
final class FakeController {

    enum Behaviour {
        CONTROLS,
        EXITS
    }

    private FakeController() {}

    static List<String> command(Behaviour behaviour) {
        return FakeAdapter.java(FakeController.class.getName(), behaviour.name());
    }

    public static void main(String[] args) throws InterruptedException {
        if (Behaviour.valueOf(args[0]) == Behaviour.EXITS) {
            System.err.println("the CRD is not installed");
            System.exit(2);
        }
        KubernetesClient client = new KubernetesClientBuilder().build();
        client.genericKubernetesResources(LocalEnvironment.SOURCES)
                .inNamespace("default")
                .watch(new Following<>(source ->
                        client.apps().deployments().resource(deployment(source)).serverSideApply()));
        client.apps()
                .deployments()
                .inNamespace("default")
                .watch(new Following<>(deployment -> report(client, deployment)));
        // The threads of the client are daemons.
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
        client.genericKubernetesResources(LocalEnvironment.SOURCES)
                .inNamespace("default")
                .withName("testevents")
                .subresource("status")
                .patch(
                        PatchContext.of(PatchType.JSON_MERGE),
                        "{\"status\":{\"conditions\":[{\"type\":\"Ready\",\"status\":\"" + available + "\"}]}}");
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
