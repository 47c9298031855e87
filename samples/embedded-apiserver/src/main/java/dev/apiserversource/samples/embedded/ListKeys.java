package dev.apiserversource.samples.embedded;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * Which lists are maps in truth, and by which fields of an element. The real server takes this from each type's
 * schema; here the name of the list must do. All other lists are values that are replaced as a whole.
 */
final class ListKeys {

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

    private ListKeys() {}

    /** Whether {@code list}, the field {@code name} of something, is a map of objects by key. */
    static boolean isKeyed(String name, ArrayNode list) {
        boolean known = KEYS.containsKey(name) || name.equals("ports");
        return known && Json.elements(list).allMatch(JsonNode::isObject);
    }

    /** Whether the list of this name is a set of texts. */
    static boolean isSet(String name) {
        return name.equals("finalizers");
    }

    /** What tells {@code element} from the others of the list {@code name}, as JSON: {@code {"name":"web"}}. */
    static String identity(String name, JsonNode element) {
        ObjectNode identity = Json.object();
        for (String key : keys(name, element)) {
            if (element.has(key)) {
                identity.set(key, element.get(key));
            } else if (key.equals("protocol")) {
                identity.put(key, "TCP");
            }
        }
        return identity.toString();
    }

    /** Where in {@code list} the element with this identity is. */
    static OptionalInt find(String name, ArrayNode list, String identity) {
        return IntStream.range(0, list.size())
                .filter(index -> identity(name, list.get(index)).equals(identity))
                .findFirst();
    }

    private static List<String> keys(String name, JsonNode element) {
        if (name.equals("ports")) {
            return element.has("containerPort") ? CONTAINER_PORT : SERVICE_PORT;
        }
        return KEYS.getOrDefault(name, List.of());
    }
}
