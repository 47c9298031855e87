package dev.apiserversource.samples.embedded.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.apiserversource.samples.embedded.store.Json;

import java.util.OptionalInt;
import java.util.stream.Collectors;

/**
 * Strategic merge patch: a JSON merge patch that merges lists with keys element by element.
 *
 * @see <a href="https://github.com/kubernetes/community/blob/master/contributors/devel/sig-api-machinery/strategic-merge-patch.md">
 *     Strategic Merge Patch</a>
 */
final class StrategicMergePatch {

    private static final String DIRECTIVE = "$patch";
    private static final String DELETE_FROM = "$deleteFromPrimitiveList/";

    private StrategicMergePatch() {}

    /** Applies {@code patch} to {@code target} in place and returns it. */
    static ObjectNode apply(ObjectNode target, ObjectNode patch) {
        if (patch.path(DIRECTIVE).asText().equals("replace")) {
            return patch.deepCopy().without(DIRECTIVE);
        }
        patch.properties().forEach(field -> applyField(target, field.getKey(), field.getValue()));
        return target;
    }

    private static void applyField(ObjectNode target, String name, JsonNode value) {
        if (name.startsWith(DELETE_FROM)) {
            removeAll(target.path(name.substring(DELETE_FROM.length())), value);
        } else if (name.equals("$retainKeys")) {
            target.retain(Json.elements(value).map(JsonNode::asText).collect(Collectors.toSet()));
        } else if (name.startsWith("$")) {
            return; // $setElementOrder sorts; the order of a map does not matter.
        } else if (value.isNull() || value.path(DIRECTIVE).asText().equals("delete")) {
            target.remove(name);
        } else if (value instanceof ObjectNode object) {
            ObjectNode inner = target.path(name) instanceof ObjectNode present ? present : Json.object();
            target.set(name, apply(inner, object));
        } else if (value instanceof ArrayNode list) {
            target.set(name, list(name, target.path(name), list));
        } else {
            target.set(name, value);
        }
    }

    private static ArrayNode list(String name, JsonNode target, ArrayNode patch) {
        boolean merge = target instanceof ArrayNode && (ListMapKeys.isKeyed(name, patch) || ListMapKeys.isSet(name));
        ArrayNode result = merge ? (ArrayNode) target : Json.array();
        patch.forEach(element -> {
            if (element instanceof ObjectNode object) {
                applyElement(name, result, object);
            } else if (!merge || Json.elements(result).noneMatch(element::equals)) {
                result.add(element);
            }
        });
        return result;
    }

    private static void applyElement(String name, ArrayNode list, ObjectNode patch) {
        OptionalInt index = ListMapKeys.isKeyed(name, list)
                ? ListMapKeys.find(name, list, ListMapKeys.keyOf(name, patch))
                : OptionalInt.empty();
        if (patch.path(DIRECTIVE).asText().equals("delete")) {
            index.ifPresent(list::remove);
        } else if (index.isPresent()) {
            list.set(index.getAsInt(), apply((ObjectNode) list.get(index.getAsInt()), patch));
        } else {
            list.add(apply(Json.object(), patch));
        }
    }

    private static void removeAll(JsonNode list, JsonNode values) {
        if (list instanceof ArrayNode array) {
            array.removeIf(element -> Json.elements(values).anyMatch(element::equals));
        }
    }
}
