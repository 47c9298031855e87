package dev.apiserversource.samples.embedded;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import java.util.Set;
import java.util.stream.Collectors;

/** A view on the {@code metadata} of an object; writes go through to it. */
record Metadata(ObjectNode node) {

    static Metadata of(ObjectNode object) {
        return new Metadata(object.withObject("/metadata"));
    }

    String name() {
        return text("name");
    }

    String namespace() {
        return text("namespace");
    }

    String uid() {
        return text("uid");
    }

    String resourceVersion() {
        return text("resourceVersion");
    }

    void resourceVersion(long version) {
        node.put("resourceVersion", Long.toString(version));
    }

    ObjectKey key() {
        return new ObjectKey(namespace(), name());
    }

    boolean hasFinalizers() {
        return !node.path("finalizers").isEmpty();
    }

    boolean isTerminating() {
        return node.has("deletionTimestamp");
    }

    Set<String> ownerUids() {
        return Json.elements(node.path("ownerReferences"))
                .map(owner -> owner.path("uid").asText())
                .collect(Collectors.toUnmodifiableSet());
    }

    /** Takes {@code field} as {@code other} has it, or drops it where {@code other} has none. */
    void copy(String field, Metadata other) {
        JsonNode value = other.node.get(field);
        if (value == null) {
            node.remove(field);
        } else {
            node.set(field, value);
        }
    }

    private String text(String field) {
        return node.path(field).asText();
    }
}
