package dev.apiserversource.samples.embedded.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.apiserversource.samples.embedded.store.ApiException;
import dev.apiserversource.samples.embedded.store.Json;
import dev.apiserversource.samples.embedded.store.Metadata;

import java.util.List;
import java.util.Optional;

/**
 * Server-side apply. A field that its manager no longer applies is removed unless another manager applies it.
 * Simplified: managers that update or patch own nothing.
 *
 * @param manager the field manager
 * @param force whether to take over fields that another manager set to a different value
 * @param now the timestamp for {@code managedFields}
 * @see <a href="https://kubernetes.io/docs/reference/using-api/server-side-apply/">Server-Side Apply</a>
 */
record ServerSideApply(String manager, boolean force, String now) {

    /** Applies to {@code current}, which has only a name when the object is created. */
    ObjectNode apply(ObjectNode current, ObjectNode applied) {
        ObjectNode content = applied.deepCopy();
        Metadata.of(content).node().remove("managedFields");
        FieldSet appliedFields = FieldSet.of(content);
        ArrayNode managed = Metadata.of(current).node().withArray("/managedFields");
        ObjectNode merged = StrategicMergePatch.apply(current.deepCopy(), content);
        FieldSet others = fieldsOfOthers(managed, current, merged, appliedFields);
        Optional<ObjectNode> own = Json.elements(managed)
                .filter(this::isOwn)
                .map(ObjectNode.class::cast)
                .findFirst();
        own.ifPresent(entry -> FieldSet.ofEntry(entry).removeFrom(merged, appliedFields.union(others)));
        record(own.orElseGet(managed::addObject), content, appliedFields);
        Metadata.of(merged).node().set("managedFields", managed);
        return merged;
    }

    /** The fields of the other managers; 409 when one would change and apply is not forced. */
    private FieldSet fieldsOfOthers(ArrayNode managed, ObjectNode current, ObjectNode merged, FieldSet appliedFields) {
        FieldSet others = new FieldSet(Json.object());
        for (JsonNode entry : managed) {
            if (!isOwn(entry)) {
                FieldSet other = FieldSet.ofEntry(entry);
                List<String> conflicts = other.conflicts(appliedFields, current, merged);
                if (!conflicts.isEmpty() && !force) {
                    throw ApiException.applyConflict(entry.path("manager").asText(), conflicts);
                }
                others = others.union(other);
            }
        }
        return others;
    }

    private boolean isOwn(JsonNode entry) {
        return entry.path("manager").asText().equals(manager)
                && entry.path("operation").asText().equals("Apply");
    }

    /** The same fields keep their time, so that a repeated apply changes nothing. */
    private void record(ObjectNode entry, ObjectNode applied, FieldSet appliedFields) {
        if (entry.path("fieldsV1").equals(appliedFields.node())) {
            return;
        }
        entry.put("manager", manager)
                .put("operation", "Apply")
                .put("apiVersion", applied.path("apiVersion").asText())
                .put("time", now)
                .put("fieldsType", "FieldsV1")
                .set("fieldsV1", appliedFields.node());
    }
}
