package dev.apiserversource.samples.embedded.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.buffer.Buffer;

import java.io.IOException;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** JSON trees to bytes and back. */
public final class Json {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private Json() {}

    /** A new object. */
    public static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    /** A new array. */
    public static ArrayNode array() {
        return JsonNodeFactory.instance.arrayNode();
    }

    /** The object in {@code bytes}; {@link IllegalArgumentException} when they hold anything else. */
    public static ObjectNode parseObject(Buffer bytes) {
        if (parse(bytes) instanceof ObjectNode object) {
            return object;
        }
        throw new IllegalArgumentException("not a JSON object");
    }

    /** The JSON in {@code bytes}; {@link IllegalArgumentException} when they are not JSON. */
    public static JsonNode parse(Buffer bytes) {
        try {
            return MAPPER.readTree(bytes.getBytes());
        } catch (IOException e) {
            throw new IllegalArgumentException("not JSON: " + e.getMessage(), e);
        }
    }

    /** The tree as UTF-8 without white space. */
    public static Buffer bytes(JsonNode node) {
        try {
            return Buffer.buffer(MAPPER.writeValueAsBytes(node));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree can always be written", e);
        }
    }

    /** The text at a dotted path such as {@code spec.nodeName}; empty when absent. */
    public static String text(JsonNode node, String dottedPath) {
        return node.at("/" + dottedPath.replace('.', '/')).asText();
    }

    /** The elements of an array or the values of an object. */
    public static Stream<JsonNode> elements(JsonNode container) {
        return StreamSupport.stream(container.spliterator(), false);
    }

    /** Applies a JSON merge patch (RFC 7386) to {@code target} in place and returns it. */
    public static ObjectNode merge(ObjectNode target, ObjectNode patch) {
        patch.properties().forEach(field -> {
            JsonNode value = field.getValue();
            if (value.isNull()) {
                target.remove(field.getKey());
            } else if (value instanceof ObjectNode object) {
                ObjectNode inner = target.path(field.getKey()) instanceof ObjectNode present ? present : object();
                target.set(field.getKey(), merge(inner, object));
            } else {
                target.set(field.getKey(), value.deepCopy());
            }
        });
        return target;
    }
}
