package dev.apiserversource.samples.embedded.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.apiserversource.samples.embedded.store.Json;

import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * Which lists are maps, and their keys. The real API server reads this from each type's schema
 * ({@code x-kubernetes-list-map-keys}); here the name of the list decides. Other lists are atomic.
 */
final class ListMapKeys {

    private static final Map<String, List<String>> KEYS = Map.ofEntries(
            Map.entry("containers", List.of("name")),
            Map.entry("initContainers", List.of("name")),
            Map.entry("ephemeralContainers", List.of("name")),
            Map.entry("env", List.of("name")),
            Map.entry("volumes", List.of("name")),
            Map.entry("imagePullSecrets", List.of("name")),
            Map.entry("volumeMounts", List.of("mountPath")),
            Map.entry("volumeDevices", List.of("devicePath")),
            Map.entry("hostAliases", List.of("ip")),
            Map.entry("conditions", List.of("type")),
            Map.entry("ownerReferences", List.of("uid")));

    private static final List<String> CONTAINER_PORT = List.of("containerPort", "protocol");
    private static final List<String> SERVICE_PORT = List.of("port", "protocol");

    private ListMapKeys() {}

    /** Whether {@code list}, the value of a field {@code name}, is a map of objects by key. */
    static boolean isKeyed(String name, ArrayNode list) {
        boolean known = KEYS.containsKey(name) || name.equals("ports");
        return known && Json.elements(list).allMatch(JsonNode::isObject);
    }

    /** Whether the list in a field {@code name} is a set of strings. */
    static boolean isSet(String name) {
        return name.equals("finalizers");
    }

    /** The key of {@code element} in the list {@code name}, as JSON: {@code {"name":"web"}}. */
    static String keyOf(String name, JsonNode element) {
        ObjectNode key = Json.object();
        for (String field : keys(name, element)) {
            if (element.has(field)) {
                key.set(field, element.get(field));
            } else if (field.equals("protocol")) {
                key.put(field, "TCP");
            }
        }
        return key.toString();
    }

    /** The index of the element with this key. */
    static OptionalInt find(String name, ArrayNode list, String key) {
        return IntStream.range(0, list.size())
                .filter(index -> keyOf(name, list.get(index)).equals(key))
                .findFirst();
    }

    private static List<String> keys(String name, JsonNode element) {
        if (name.equals("ports")) {
            return element.has("containerPort") ? CONTAINER_PORT : SERVICE_PORT;
        }
        return KEYS.getOrDefault(name, List.of());
    }
}
