package dev.apiserversource.samples.embedded.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import java.util.Set;
import java.util.stream.Collectors;

/** A view of the {@code metadata} of an object; writes change the object. */
public record Metadata(ObjectNode node) {

    /** Adds {@code metadata} to the object when it is absent. */
    public static Metadata of(ObjectNode object) {
        return new Metadata(object.withObject("/metadata"));
    }

    public String name() {
        return text("name");
    }

    public String namespace() {
        return text("namespace");
    }

    public String uid() {
        return text("uid");
    }

    public String resourceVersion() {
        return text("resourceVersion");
    }

    public void resourceVersion(long version) {
        node.put("resourceVersion", Long.toString(version));
    }

    public ObjectKey key() {
        return new ObjectKey(namespace(), name());
    }

    public boolean hasFinalizers() {
        return !node.path("finalizers").isEmpty();
    }

    public boolean isTerminating() {
        return node.has("deletionTimestamp");
    }

    public Set<String> ownerUids() {
        return Json.elements(node.path("ownerReferences"))
                .map(owner -> owner.path("uid").asText())
                .collect(Collectors.toUnmodifiableSet());
    }

    /** Sets {@code field} to the value in {@code other}; removes it when absent there. */
    public void copy(String field, Metadata other) {
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
