package dev.apiserversource.samples.embedded;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** JSON patch (RFC 6902). */
final class JsonPatch {

    private JsonPatch() {}

    /** Changes {@code target}; an operation that cannot be carried out is refused with 422. */
    static ObjectNode apply(ObjectNode target, JsonNode operations) {
        operations.forEach(operation -> applyOne(target, operation));
        return target;
    }

    private static void applyOne(ObjectNode target, JsonNode operation) {
        JsonPointer path = JsonPointer.compile(operation.path("path").asText());
        JsonPointer from = JsonPointer.compile(operation.path("from").asText());
        JsonNode value = operation.path("value");
        switch (operation.path("op").asText()) {
            case "add" -> add(target, path, value);
            case "remove" -> remove(target, path);
            case "replace" -> {
                remove(target, path);
                add(target, path, value);
            }
            case "move" -> add(target, path, remove(target, from));
            case "copy" -> add(target, path, present(target, from).deepCopy());
            case "test" -> require(target.at(path).equals(value), operation);
            default -> require(false, operation);
        }
    }

    private static void add(ObjectNode target, JsonPointer path, JsonNode value) {
        JsonNode parent = present(target, path.head());
        String last = path.last().getMatchingProperty();
        if (parent instanceof ArrayNode array) {
            int index = last.equals("-") ? array.size() : path.last().getMatchingIndex();
            require(index >= 0 && index <= array.size(), path);
            array.insert(index, value);
        } else {
            require(parent.isObject(), path);
            ((ObjectNode) parent).set(last, value);
        }
    }

    private static JsonNode remove(ObjectNode target, JsonPointer path) {
        JsonNode removed = present(target, path);
        JsonNode parent = target.at(path.head());
        if (parent instanceof ArrayNode array) {
            array.remove(path.last().getMatchingIndex());
        } else {
            ((ObjectNode) parent).remove(path.last().getMatchingProperty());
        }
        return removed;
    }

    private static JsonNode present(ObjectNode target, JsonPointer path) {
        JsonNode found = target.at(path);
        require(!found.isMissingNode(), path);
        return found;
    }

    private static void require(boolean possible, Object what) {
        if (!possible) {
            throw ApiException.invalid("JSON patch", "", "patch", "cannot be carried out: " + what);
        }
    }
}
