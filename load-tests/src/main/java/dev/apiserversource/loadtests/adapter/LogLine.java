package dev.apiserversource.loadtests.adapter;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;

/**
 * One line the adapter printed.
 *
 * @param text the line as it is
 * @param json the line's object; missing when the line is not JSON (the JVM's own messages are not)
 */
public record LogLine(String text, JsonNode json) {

    private static final ObjectMapper JSON = new ObjectMapper();

    static LogLine of(String text) {
        try {
            return new LogLine(text, JSON.readTree(text));
        } catch (JsonProcessingException e) {
            return new LogLine(text, MissingNode.getInstance());
        }
    }

    /** The message without its fields. */
    public String message() {
        return json.path("msg").asText();
    }

    /** The field of that name as text; empty when there is none. */
    public String field(String name) {
        return json.path(name).asText();
    }
}
