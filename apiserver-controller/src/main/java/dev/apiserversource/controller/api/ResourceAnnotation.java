package dev.apiserversource.controller.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import java.util.Map;

/**
 * The value of an annotation that stands for a field of each resource: one value for all, or a JSON object with a value
 * for each kind, such as {@code {"Pod": …, "apps/v1/Deployment": …}}.
 */
final class ResourceAnnotation {

    private static final ObjectMapper JSON = new ObjectMapper();

    private ResourceAnnotation() {}

    /** Sets the field of one resource. */
    @FunctionalInterface
    interface Setter {
        void set(ObjectNode resource, String value);
    }

    /**
     * Passes each resource to {@code setter} with its value; one without a value is left out.
     *
     * @throws IllegalArgumentException if a kind is named that is no resource
     */
    static void addTo(JsonNode resources, String value, Setter setter) {
        if (!value.stripLeading().startsWith("{")) {
            resources.forEach(resource -> set(resource, value, setter));
            return;
        }
        for (Map.Entry<String, JsonNode> kind : kinds(value).properties()) {
            boolean found = false;
            for (JsonNode resource : resources) {
                if (isOfKind(resource, kind.getKey())) {
                    found = true;
                    JsonNode own = kind.getValue();
                    set(resource, own.isTextual() ? own.textValue() : own.toString(), setter);
                }
            }
            if (!found) {
                throw new IllegalArgumentException("spec.resources has no kind " + kind.getKey());
            }
        }
    }

    private static JsonNode kinds(String value) {
        try {
            return JSON.readTree(value);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("must be one value, or a JSON object with a value for each kind", e);
        }
    }

    private static boolean isOfKind(JsonNode resource, String name) {
        String kind = resource.path("kind").asText();
        return name.equals(kind) || name.equals(resource.path("apiVersion").asText() + "/" + kind);
    }

    private static void set(JsonNode resource, String value, Setter setter) {
        if (resource instanceof ObjectNode object) {
            setter.set(object, value);
        }
    }
}
