package dev.apiserversource.controller.sinkbinding;

import dev.apiserversource.controller.api.SinkBinding;
import dev.apiserversource.controller.api.SinkBindingSpec.Subject;
import dev.apiserversource.controller.discovery.ApiResource;
import dev.apiserversource.controller.namespaces.LabelMatcher;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceList;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.NonNamespaceOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.fabric8.kubernetes.client.utils.Serialization;
import org.jspecify.annotations.Nullable;

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
     * Gives the workloads what the SinkBinding adds.
     *
     * @param resource the kind of the workloads
     * @return whether the subject is a name and no such workload exists; false for Jobs, which are not read
     * @throws KubernetesClientException when the API server refuses or fails
     * @throws IllegalArgumentException when a workload has no pod template
     */
    boolean bind(SinkBinding binding, Subject subject, ApiResource resource, PodAdditions additions) {
        if (isJob(resource) || isExcluded(namespace(binding))) {
            return false;
        }
        List<GenericKubernetesResource> workloads = list(binding, subject, resource);
        workloads.stream()
                .filter(workload -> !isExcluded(workload))
                .forEach(workload -> update(workload, PodTemplatePatch.of(workload, additions)));
        return subject.name() != null && workloads.isEmpty();
    }

    /**
     * Removes what was added to the workloads of a SinkBinding that is deleted. Workloads that another SinkBinding
     * binds as well get what that adds.
     *
     * @param others the other SinkBindings of the namespace
     * @return how many workloads without another SinkBinding had something of it
     * @throws KubernetesClientException when the API server refuses or fails
     */
    int unbind(SinkBinding binding, Subject subject, ApiResource resource, List<SinkBinding> others) {
        if (isJob(resource) || isExcluded(namespace(binding))) {
            return 0;
        }
        int cleaned = 0;
        for (GenericKubernetesResource workload : list(binding, subject, resource)) {
            if (!isExcluded(workload)) {
                PodAdditions additions = additionsOf(others, workload);
                boolean changed = update(workload, PodTemplatePatch.of(workload, additions));
                cleaned += changed && additions.isEmpty() ? 1 : 0;
            }
        }
        return cleaned;
    }

    /** Those of the first other SinkBinding with that subject, by its status; none when there is none. */
    private static PodAdditions additionsOf(List<SinkBinding> others, GenericKubernetesResource workload) {
        return others.stream()
                .filter(other -> isSubject(workload, other.getSpec().subject()))
                .flatMap(other -> SinkBindingStatus.additions(other).stream())
                .findFirst()
                .orElse(PodAdditions.NONE);
    }

    private static boolean isSubject(GenericKubernetesResource workload, @Nullable Subject subject) {
        if (subject == null
                || !subject.kind().equals(workload.getKind())
                || !ApiResource.groupOf(subject.apiVersion()).equals(ApiResource.groupOf(workload.getApiVersion()))) {
            return false;
        }
        ObjectMeta metadata = workload.getMetadata();
        return subject.selector() == null
                ? metadata.getName().equals(subject.name())
                : LabelMatcher.of(subject.selector()).matches(metadata.getLabels());
    }

    /** The pod template of a Job cannot be changed. */
    static boolean isJob(ApiResource resource) {
        return resource.group().equals("batch") && resource.kind().equals("Job");
    }

    /** Whether there was something to change. */
    private boolean update(GenericKubernetesResource workload, List<Map<String, Object>> patch) {
        if (patch.isEmpty()) {
            return false;
        }
        List<Map<String, Object>> operations = new ArrayList<>(patch);
        // Fails when the workload has changed since it was read.
        operations.add(Map.of(
                "op", "replace",
                "path", "/metadata/resourceVersion",
                "value", workload.getMetadata().getResourceVersion()));
        client.resource(workload).patch(PATCH, Serialization.asJson(operations));
        return true;
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
