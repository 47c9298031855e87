package dev.apiserversource.samples.embedded;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import java.util.List;
import java.util.Optional;

/**
 * Server-side apply: each manager says what it wants, and what it no longer says goes away unless another still wants
 * it. Simplified: only those who apply are recorded as managers; what came by plain updates belongs to nobody.
 *
 * @param manager who applies
 * @param force whether to take over fields that another manager wants to have another value
 * @param now the time to note
 */
record ServerSideApply(String manager, boolean force, String now) {

    /** What {@code current} (for a creation: an object with no more than its name) becomes. */
    ObjectNode apply(ObjectNode current, ObjectNode applied) {
        ObjectNode content = applied.deepCopy();
        Metadata.of(content).node().remove("managedFields");
        FieldSet wanted = FieldSet.of(content);
        ArrayNode managed = Metadata.of(current).node().withArray("/managedFields");
        ObjectNode merged = StrategicMerge.apply(current.deepCopy(), content);
        FieldSet others = settleWithOthers(managed, current, merged, wanted);
        Optional<ObjectNode> mine = Json.elements(managed)
                .filter(this::isMine)
                .map(ObjectNode.class::cast)
                .findFirst();
        mine.ifPresent(entry -> FieldSet.ofEntry(entry).removeFrom(merged, wanted.union(others)));
        record(mine.orElseGet(managed::addObject), content, wanted);
        Metadata.of(merged).node().set("managedFields", managed);
        return merged;
    }

    /** What the other managers own; fails with 409 when that would change and nothing is forced. */
    private FieldSet settleWithOthers(ArrayNode managed, ObjectNode current, ObjectNode merged, FieldSet wanted) {
        FieldSet others = new FieldSet(Json.object());
        for (JsonNode entry : managed) {
            if (!isMine(entry)) {
                FieldSet theirs = FieldSet.ofEntry(entry);
                List<String> disputed = theirs.disputed(wanted, current, merged);
                if (!disputed.isEmpty() && !force) {
                    throw ApiException.applyConflict(entry.path("manager").asText(), disputed);
                }
                others = others.union(theirs);
            }
        }
        return others;
    }

    private boolean isMine(JsonNode entry) {
        return entry.path("manager").asText().equals(manager)
                && entry.path("operation").asText().equals("Apply");
    }

    /** An unchanged claim keeps its time, so that repeating an apply changes nothing. */
    private void record(ObjectNode entry, ObjectNode applied, FieldSet wanted) {
        if (entry.path("fieldsV1").equals(wanted.node())) {
            return;
        }
        entry.put("manager", manager)
                .put("operation", "Apply")
                .put("apiVersion", applied.path("apiVersion").asText())
                .put("time", now)
                .put("fieldsType", "FieldsV1")
                .set("fieldsV1", wanted.node());
    }
}
