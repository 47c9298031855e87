package dev.apiserversource.samples.embedded;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** JSON merge patch (RFC 7386). */
final class MergePatch {

    private MergePatch() {}

    /** Changes {@code target}: null removes a field, objects are merged, everything else replaces. */
    static ObjectNode apply(ObjectNode target, ObjectNode patch) {
        patch.properties().forEach(field -> {
            JsonNode value = field.getValue();
            if (value.isNull()) {
                target.remove(field.getKey());
            } else if (value instanceof ObjectNode object) {
                ObjectNode inner = target.path(field.getKey()) instanceof ObjectNode present ? present : Json.object();
                target.set(field.getKey(), apply(inner, object));
            } else {
                target.set(field.getKey(), value.deepCopy());
            }
        });
        return target;
    }
}
