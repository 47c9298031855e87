package dev.apiserversource.controller.apply;

import io.fabric8.kubernetes.api.model.FieldsV1;
import io.fabric8.kubernetes.api.model.FieldsV1Builder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntryBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Makes the fields that Knative's controller has set by update fields of this controller's server-side apply, as
 * client-go's <a href="https://pkg.go.dev/k8s.io/client-go/util/csaupgrade">csaupgrade</a> does for kubectl. Without it
 * Knative would remain an owner, and a field that is no longer desired would stay for ever.
 */
final class ManagedFieldsUpgrade {

    /** The field managers of Knative's controller: the name of its program. */
    private static final Set<String> KNATIVE = Set.of("controller", "eventing-controller");

    private static final String APPLY = "Apply";
    private static final String UPDATE = "Update";

    private ManagedFieldsUpgrade() {}

    /**
     * Whether Knative's controller has set fields of that part of the object.
     *
     * @param subresource {@code status}, or empty for the object without its subresources
     */
    static boolean isNeeded(HasMetadata object, String subresource) {
        return object.getMetadata().getManagedFields().stream().anyMatch(entry -> isKnatives(entry, subresource));
    }

    /**
     * Writes the merged managed fields. Fails when the object has changed since it was read.
     *
     * @param manager the field manager of this controller
     */
    static void write(HasMetadata object, String subresource, String manager, KubernetesClient client) {
        List<ManagedFieldsEntry> merged = merge(object.getMetadata().getManagedFields(), subresource, manager);
        String version = object.getMetadata().getResourceVersion();
        String patch = Serialization.asJson(List.of(
                Map.of("op", "replace", "path", "/metadata/managedFields", "value", merged),
                Map.of("op", "replace", "path", "/metadata/resourceVersion", "value", version)));
        client.resource(object).patch(PatchContext.of(PatchType.JSON), patch);
    }

    /** The entries without Knative's, whose fields are in the entry of {@code manager}. */
    static List<ManagedFieldsEntry> merge(List<ManagedFieldsEntry> entries, String subresource, String manager) {
        List<ManagedFieldsEntry> merged = new ArrayList<>();
        Map<String, Object> fields = new LinkedHashMap<>();
        @Nullable ManagedFieldsEntry template = null;
        for (ManagedFieldsEntry entry : entries) {
            boolean own = isOwn(entry, subresource, manager);
            if (own || isKnatives(entry, subresource)) {
                union(fields, entry.getFieldsV1().getAdditionalProperties());
                template = own || template == null ? entry : template;
            } else {
                merged.add(entry);
            }
        }
        if (template != null) {
            merged.add(applied(template, manager, fields));
        }
        return merged;
    }

    private static ManagedFieldsEntry applied(ManagedFieldsEntry template, String manager, Map<String, Object> fields) {
        FieldsV1 all = new FieldsV1Builder().withAdditionalProperties(fields).build();
        return new ManagedFieldsEntryBuilder(template)
                .withManager(manager)
                .withOperation(APPLY)
                .withFieldsV1(all)
                .build();
    }

    private static boolean isKnatives(ManagedFieldsEntry entry, String subresource) {
        return entry.getOperation().equals(UPDATE) && KNATIVE.contains(entry.getManager()) && isOf(entry, subresource);
    }

    private static boolean isOwn(ManagedFieldsEntry entry, String subresource, String manager) {
        return entry.getOperation().equals(APPLY) && entry.getManager().equals(manager) && isOf(entry, subresource);
    }

    private static boolean isOf(ManagedFieldsEntry entry, String subresource) {
        return Objects.requireNonNullElse(entry.getSubresource(), "").equals(subresource);
    }

    /** Adds {@code other} to {@code fields}. Both are trees of field names whose leaves are empty. */
    @SuppressWarnings("unchecked") // FieldsV1 is a tree of maps
    private static void union(Map<String, Object> fields, Map<String, Object> other) {
        other.forEach((name, subtree) -> union(
                (Map<String, Object>) fields.computeIfAbsent(name, key -> new LinkedHashMap<String, Object>()),
                (Map<String, Object>) subtree));
    }
}
