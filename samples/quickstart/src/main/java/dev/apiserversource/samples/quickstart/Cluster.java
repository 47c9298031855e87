package dev.apiserversource.samples.quickstart;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** What a user does with kubectl before the play: apply manifests, and look whether the source is ready. */
record Cluster(KubernetesClient client) {

    static final ResourceDefinitionContext SOURCES = new ResourceDefinitionContext.Builder()
            .withGroup("sources.knative.dev")
            .withVersion("v1")
            .withKind("ApiServerSource")
            .withPlural("apiserversources")
            .withNamespaced(true)
            .build();

    /** {@code kubectl apply -f manifest}. */
    void apply(Path manifest) {
        load(manifest).forEach(object -> client.resource(object).serverSideApply());
    }

    /** The same for a manifest of one source, whose sink is {@code sink} here. */
    void applySource(Path manifest, URI sink) {
        for (HasMetadata object : load(manifest)) {
            GenericKubernetesResource source =
                    client.getKubernetesSerialization().convertValue(object, GenericKubernetesResource.class);
            Map<String, Object> spec = source.get("spec");
            spec.put("sink", Map.of("uri", sink.toString()));
            client.genericKubernetesResources(SOURCES).resource(source).serverSideApply();
        }
    }

    /** Completes when every source of the namespace default, and at least one, is READY. */
    CompletableFuture<List<GenericKubernetesResource>> sourcesReady() {
        return client.genericKubernetesResources(SOURCES)
                .inNamespace("default")
                .informOnCondition(
                        sources -> !sources.isEmpty() && sources.stream().allMatch(Cluster::isReady));
    }

    private List<HasMetadata> load(Path manifest) {
        try (InputStream yaml = Files.newInputStream(manifest)) {
            return client.load(yaml).items();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + manifest, e);
        }
    }

    private static boolean isReady(GenericKubernetesResource source) {
        List<Map<String, Object>> conditions = source.get("status", "conditions");
        return conditions != null
                && conditions.stream()
                        .anyMatch(condition ->
                                "Ready".equals(condition.get("type")) && "True".equals(condition.get("status")));
    }
}
