package dev.apiserversource.samples.embedded;

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
final class Json {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private Json() {}

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    static ArrayNode array() {
        return JsonNodeFactory.instance.arrayNode();
    }

    /** The object in {@code bytes}; anything else is the client's mistake (400). */
    static ObjectNode parseObject(Buffer bytes) {
        if (parse(bytes) instanceof ObjectNode object) {
            return object;
        }
        throw ApiException.badRequest("the body of the request must be one JSON object");
    }

    static JsonNode parse(Buffer bytes) {
        try {
            return MAPPER.readTree(bytes.getBytes());
        } catch (IOException e) {
            throw ApiException.badRequest("the body of the request is not JSON: " + e.getMessage());
        }
    }

    static Buffer bytes(JsonNode node) {
        try {
            return Buffer.buffer(MAPPER.writeValueAsBytes(node));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree can always be written", e);
        }
    }

    /** The text at a dotted path such as {@code spec.nodeName}; empty when there is none. */
    static String text(JsonNode node, String dottedPath) {
        return node.at("/" + dottedPath.replace('.', '/')).asText();
    }

    static Stream<JsonNode> elements(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }
}
