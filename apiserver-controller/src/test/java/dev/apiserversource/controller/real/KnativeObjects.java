package dev.apiserversource.controller.real;

import dev.apiserversource.controller.real.RealCluster.Installed;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;

import java.util.List;
import java.util.Map;

/** What Knative's controller makes of a ContainerSource or a PingSource. */
final class KnativeObjects {

    private KnativeObjects() {}

    /** A client whose writes the API server ascribes to Knative's controller, by the beginning of the user agent. */
    static KubernetesClient client(KubernetesClient admin) {
        return new KubernetesClientBuilder()
                .withConfig(new ConfigBuilder(admin.getConfiguration())
                        .withUserAgent("controller/v0.0.0 (linux/amd64)")
                        .build())
                .build();
    }

    /** Makes Deployment, SinkBinding and status of a ContainerSource; labels of its pods include {@code team: old}. */
    static void leave(Installed cluster, String namespace, String name) {
        try (KubernetesClient knative = client(cluster.admin())) {
            GenericKubernetesResource source = knative.genericKubernetesResources(
                            "sources.knative.dev/v1", "ContainerSource")
                    .inNamespace(namespace)
                    .withName(name)
                    .get();
            create(knative, DEPLOYMENT, source);
            create(knative, SINK_BINDING, source);
            updateStatus(knative, source);
        }
    }

    /** Makes finalizer and status of a PingSource. */
    static void leavePing(Installed cluster, String namespace, String name) {
        try (KubernetesClient knative = client(cluster.admin())) {
            GenericKubernetesResource source = knative.genericKubernetesResources(
                            "sources.knative.dev/v1", "PingSource")
                    .inNamespace(namespace)
                    .withName(name)
                    .edit(found -> {
                        found.getMetadata().getFinalizers().add("pingsources.sources.knative.dev");
                        return found;
                    });
            updateStatus(knative, source);
        }
    }

    private static void updateStatus(KubernetesClient knative, GenericKubernetesResource source) {
        source.setAdditionalProperty(
                "status", Map.of("conditions", List.of(Map.of("type", "Ready", "status", "Unknown"))));
        source.getMetadata().setResourceVersion(null);
        knative.resource(source).updateStatus();
    }

    private static void create(KubernetesClient knative, String template, GenericKubernetesResource source) {
        String yaml = template.replace("NAMESPACE", source.getMetadata().getNamespace())
                .replace("NAME", source.getMetadata().getName())
                .replace("UID", source.getMetadata().getUid());
        knative.resource(Serialization.unmarshal(yaml, GenericKubernetesResource.class))
                .create();
    }

    private static final String OWNER = """
              ownerReferences:
                - {apiVersion: sources.knative.dev/v1, kind: ContainerSource, name: NAME, controller: true, uid: UID}
            """;

    private static final String DEPLOYMENT = """
            apiVersion: apps/v1
            kind: Deployment
            metadata:
              name: NAME-deployment
              namespace: NAMESPACE
              labels: &labels
                sources.knative.dev/source: container-source-controller
                sources.knative.dev/containerSource: NAME
                team: old
            OWNER
            spec:
              selector: {matchLabels: *labels}
              template:
                metadata: {labels: *labels}
                spec:
                  nodeSelector: {old: "true"}
                  containers: [{name: a, image: old, env: [{name: K_SINK, value: 'http://old'}]}]
            """.replace("OWNER\n", OWNER);

    private static final String SINK_BINDING = """
            apiVersion: sources.knative.dev/v1
            kind: SinkBinding
            metadata:
              name: NAME-sinkbinding
              namespace: NAMESPACE
              finalizers: [sinkbindings.sources.knative.dev]
            OWNER
            spec:
              subject: {apiVersion: apps/v1, kind: Deployment, name: NAME-deployment}
              sink: {uri: 'http://old'}
            """.replace("OWNER\n", OWNER);
}
