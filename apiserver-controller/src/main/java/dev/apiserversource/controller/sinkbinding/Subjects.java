package dev.apiserversource.controller.sinkbinding;

import dev.apiserversource.controller.api.SinkBinding;
import dev.apiserversource.controller.api.SinkBindingSpec.Subject;
import dev.apiserversource.controller.discovery.ApiResource;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceList;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.NonNamespaceOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.fabric8.kubernetes.client.utils.Serialization;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The existing workloads of a SinkBinding. They are listed when a SinkBinding is reconciled, and not watched: the
 * admission policy covers those that are created or updated later.
 */
final class Subjects {

    /** Workloads and namespaces with the value {@code true} are left alone, as by Knative. */
    private static final String EXCLUDE = "bindings.knative.dev/exclude";

    private static final PatchContext PATCH = new PatchContext.Builder()
            .withPatchType(PatchType.JSON)
            .withFieldManager("sinkbinding-controller")
            .build();

    private final KubernetesClient client;

    Subjects(KubernetesClient client) {
        this.client = client;
    }

    /**
     * Gives the workloads these variables, and returns how many were changed.
     *
     * @param resource the kind of the workloads
     * @param variables none to remove the sink
     * @throws KubernetesClientException when the API server refuses or fails
     * @throws IllegalArgumentException when a workload has no pod template
     */
    int update(SinkBinding binding, Subject subject, ApiResource resource, List<EnvVar> variables) {
        int changed = 0;
        if (!isJob(resource) && !isExcluded(namespace(binding))) {
            for (GenericKubernetesResource workload : list(binding, subject, resource)) {
                changed += isExcluded(workload) ? 0 : update(workload, variables);
            }
        }
        return changed;
    }

    /** The pod template of a Job cannot be changed. */
    static boolean isJob(ApiResource resource) {
        return resource.group().equals("batch") && resource.kind().equals("Job");
    }

    private int update(GenericKubernetesResource workload, List<EnvVar> variables) {
        List<Map<String, Object>> operations = new ArrayList<>(EnvironmentPatch.of(workload, variables));
        if (operations.isEmpty()) {
            return 0;
        }
        // Fails when the workload has changed since it was read.
        operations.add(Map.of(
                "op", "replace",
                "path", "/metadata/resourceVersion",
                "value", workload.getMetadata().getResourceVersion()));
        client.resource(workload).patch(PATCH, Serialization.asJson(operations));
        return 1;
    }

    private List<GenericKubernetesResource> list(SinkBinding binding, Subject subject, ApiResource resource) {
        NonNamespaceOperation<
                        GenericKubernetesResource, GenericKubernetesResourceList, Resource<GenericKubernetesResource>>
                workloads = client.genericKubernetesResources(new ResourceDefinitionContext.Builder()
                                .withGroup(resource.group())
                                .withVersion(resource.version())
                                .withPlural(resource.plural())
                                .withKind(resource.kind())
                                .withNamespaced(true)
                                .build())
                        .inNamespace(binding.getMetadata().getNamespace());
        GenericKubernetesResourceList list = subject.name() == null
                ? workloads
                        .withLabelSelector(Objects.requireNonNull(subject.selector(), "neither name nor selector"))
                        .list()
                : workloads.withField("metadata.name", subject.name()).list();
        list.getItems().forEach(workload -> {
            // Items of a list lack both.
            workload.setApiVersion(resource.apiVersion());
            workload.setKind(resource.kind());
        });
        return list.getItems();
    }

    private HasMetadata namespace(SinkBinding binding) {
        return client.namespaces()
                .withField("metadata.name", binding.getMetadata().getNamespace())
                .list()
                .getItems()
                .get(0);
    }

    private static boolean isExcluded(HasMetadata object) {
        Map<String, String> labels = object.getMetadata().getLabels();
        return labels != null && "true".equals(labels.get(EXCLUDE));
    }
}
