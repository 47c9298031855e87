package dev.apiserversource.samples.embedded;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import java.util.OptionalInt;
import java.util.stream.Collectors;

/** Kubernetes' strategic merge patch: as a JSON merge patch, but lists that are maps by a key are merged by element. */
final class StrategicMerge {

    private static final String DIRECTIVE = "$patch";
    private static final String DELETE_FROM = "$deleteFromPrimitiveList/";

    private StrategicMerge() {}

    /** Changes {@code target} and returns what it has become. */
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
            return; // $setElementOrder says how to sort; the order of a map does not matter.
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
        boolean merge = target instanceof ArrayNode && (ListKeys.isKeyed(name, patch) || ListKeys.isSet(name));
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
        OptionalInt index = ListKeys.isKeyed(name, list)
                ? ListKeys.find(name, list, ListKeys.identity(name, patch))
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
