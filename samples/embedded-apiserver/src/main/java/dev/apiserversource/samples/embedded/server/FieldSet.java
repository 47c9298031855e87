package dev.apiserversource.samples.embedded.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.apiserversource.samples.embedded.store.Json;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;

/**
 * The fields of a manager in the format FieldsV1: {@code f:} a field, {@code k:} a list element by key, {@code v:} a
 * list element by value, {@code .} the element itself. An empty object includes everything below.
 *
 * @see <a href="https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/object-meta/">FieldsV1</a>
 */
record FieldSet(ObjectNode node) {

    private static final Set<String> IDENTITY = Set.of(
            "apiVersion",
            "kind",
            "name",
            "namespace",
            "uid",
            "resourceVersion",
            "creationTimestamp",
            "managedFields",
            "generation",
            "generateName");

    /** The fields of an applied object, without those that identify it. */
    static FieldSet of(ObjectNode applied) {
        ObjectNode content = applied.deepCopy();
        content.remove(IDENTITY);
        if (content.path("metadata") instanceof ObjectNode metadata) {
            metadata.remove(IDENTITY);
        }
        FieldSet fields = new FieldSet(ofObject(content));
        if (fields.node().path("f:metadata").isEmpty()) {
            fields.node().remove("f:metadata");
        }
        return fields;
    }

    static FieldSet ofEntry(JsonNode managedFieldsEntry) {
        return new FieldSet((ObjectNode) managedFieldsEntry.path("fieldsV1"));
    }

    /** The paths of fields in both sets whose values differ between the two states of the object. */
    List<String> conflicts(FieldSet other, ObjectNode before, ObjectNode after) {
        List<String> paths = new ArrayList<>();
        collectConflicts("", "", node, other.node(), before, after, paths);
        return paths;
    }

    private static void collectConflicts(
            String path,
            String name,
            JsonNode mine,
            JsonNode theirs,
            JsonNode before,
            JsonNode after,
            List<String> to) {
        mine.properties().forEach(field -> {
            String step = field.getKey();
            JsonNode was = child(name, before, step);
            JsonNode is = child(name, after, step);
            if (!theirs.has(step) || was == null || is == null || was.equals(is)) {
                return;
            }
            String below = path + (step.startsWith("f:") ? "." + step.substring(2) : "[" + step.substring(2) + "]");
            if (field.getValue().isEmpty()) {
                to.add(below);
            } else {
                collectConflicts(below, fieldName(step), field.getValue(), theirs.path(step), was, is, to);
            }
        });
    }

    private static String fieldName(String step) {
        return step.startsWith("f:") ? step.substring(2) : "";
    }

    FieldSet union(FieldSet other) {
        return new FieldSet(Json.merge(node.deepCopy(), other.node()));
    }

    /** Removes from {@code object} what is in this set and not in {@code kept}. */
    void removeFrom(ObjectNode object, FieldSet kept) {
        remove("", object, node, kept.node());
    }

    private static ObjectNode ofObject(ObjectNode object) {
        ObjectNode fields = Json.object();
        object.properties()
                .forEach(field -> fields.set("f:" + field.getKey(), ofValue(field.getKey(), field.getValue())));
        return fields;
    }

    private static ObjectNode ofValue(String name, JsonNode value) {
        if (value instanceof ObjectNode object && !name.equals("selector")) {
            return ofObject(object);
        }
        ObjectNode fields = Json.object();
        if (value instanceof ArrayNode list && ListMapKeys.isSet(name)) {
            list.forEach(element -> fields.putObject("v:" + element));
        } else if (value instanceof ArrayNode list && ListMapKeys.isKeyed(name, list)) {
            list.forEach(element -> fields.set("k:" + ListMapKeys.keyOf(name, element), ofElement(name, element)));
        }
        return fields;
    }

    private static ObjectNode ofElement(String listName, JsonNode element) {
        ObjectNode fields = Json.object();
        if (!listName.equals("ownerReferences")) {
            fields.putObject(".");
            fields.setAll(ofObject((ObjectNode) element));
        }
        return fields;
    }

    private static void remove(String name, JsonNode from, ObjectNode owned, JsonNode kept) {
        owned.properties().forEach(field -> {
            ObjectNode below = (ObjectNode) field.getValue();
            JsonNode child = child(name, from, field.getKey());
            if (child == null) {
                return;
            }
            boolean whole = below.isEmpty() || below.has(".");
            if (!kept.has(field.getKey()) && whole) {
                removeChild(name, from, field.getKey());
            } else {
                String childName =
                        field.getKey().startsWith("f:") ? field.getKey().substring(2) : "";
                remove(childName, child, below, kept.path(field.getKey()));
                if (child.isEmpty() && !kept.has(field.getKey())) {
                    removeChild(name, from, field.getKey());
                }
            }
        });
    }

    private static @Nullable JsonNode child(String name, JsonNode from, String step) {
        String key = step.equals(".") ? "" : step.substring(2);
        return switch (step.charAt(0)) {
            case 'f' -> from.get(key);
            case 'k' -> {
                OptionalInt index = ListMapKeys.find(name, (ArrayNode) from, key);
                if (index.isEmpty()) {
                    yield null;
                }
                yield from.get(index.getAsInt());
            }
            case 'v' ->
                Json.elements(from)
                        .filter(element -> element.toString().equals(key))
                        .findFirst()
                        .orElse(null);
            default -> null;
        };
    }

    private static void removeChild(String name, JsonNode from, String step) {
        String key = step.substring(2);
        if (from instanceof ObjectNode object) {
            object.remove(key);
        } else if (from instanceof ArrayNode list && step.startsWith("k:")) {
            ListMapKeys.find(name, list, key).ifPresent(list::remove);
        } else if (from instanceof ArrayNode list) {
            list.removeIf(element -> element.toString().equals(key));
        }
    }
}
