package dev.apiserversource.controller.containersource;

import dev.apiserversource.controller.api.ContainerSource;
import dev.apiserversource.controller.apply.ChildMetadata;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.List;

/**
 * The SinkBinding by which Knative's controller sets the sink of a source. Knative's webhook would replace the sink
 * that this controller sets by that of the SinkBinding.
 */
final class KnativeSinkBinding {

    private static final Logger LOG = LoggerFactory.getLogger(KnativeSinkBinding.class);

    private static final ResourceDefinitionContext SINK_BINDINGS = new ResourceDefinitionContext.Builder()
            .withGroup("sources.knative.dev")
            .withVersion("v1")
            .withKind("SinkBinding")
            .withPlural("sinkbindings")
            .withNamespaced(true)
            .build();

    private KnativeSinkBinding() {}

    /**
     * Deletes the SinkBinding that {@code source} owns, and returns whether there was one. Its finalizer is removed
     * first: Knative's webhook would remove the sink from the running Deployment otherwise.
     */
    static boolean delete(ContainerSource source, KubernetesClient client) {
        List<GenericKubernetesResource> owned = owned(source, client);
        owned.forEach(binding -> {
            client.resource(binding)
                    .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"metadata\":{\"finalizers\":null}}");
            client.resource(binding).delete();
            LOG.atInfo()
                    .addKeyValue("namespace", binding.getMetadata().getNamespace())
                    .addKeyValue("name", binding.getMetadata().getName())
                    .log("SinkBinding of Knative's controller deleted");
        });
        return !owned.isEmpty();
    }

    private static List<GenericKubernetesResource> owned(ContainerSource source, KubernetesClient client) {
        return client
                .genericKubernetesResources(SINK_BINDINGS)
                .inNamespace(source.getMetadata().getNamespace())
                .withField(
                        "metadata.name", ChildMetadata.name(source.getMetadata().getName(), "-sinkbinding"))
                .list()
                .getItems()
                .stream()
                .filter(binding -> binding.getMetadata().getOwnerReferences().stream()
                        .anyMatch(owner ->
                                owner.getUid().equals(source.getMetadata().getUid())))
                .toList();
    }
}
