package dev.apiserversource.loadtests.adapter;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** The value of {@code K_SOURCE_CONFIG} in the form of Knative's controller. Each method returns a changed copy. */
public final class AdapterSourceConfig {

    private final ObjectNode root;

    private AdapterSourceConfig(ObjectNode root) {
        this.root = root;
    }

    /** A source of whole objects. */
    public static AdapterSourceConfig ofResources() {
        return inMode("Resource");
    }

    /** A source of references to objects. */
    public static AdapterSourceConfig ofReferences() {
        return inMode("Reference");
    }

    private static AdapterSourceConfig inMode(String mode) {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        root.putArray("namespaces");
        root.put("allNamespaces", false).put("mode", mode).put("failFast", false);
        root.putArray("resources");
        return new AdapterSourceConfig(root);
    }

    /** Watches a resource: API group ("" is the core group), version, and plural, which the sender may have guessed. */
    public AdapterSourceConfig watch(String group, String version, String plural) {
        return watch(group, version, plural, "");
    }

    /** As {@link #watch(String, String, String)}, limited to objects whose labels match {@code selector}. */
    public AdapterSourceConfig watch(String group, String version, String plural, String selector) {
        ObjectNode copy = root.deepCopy();
        ObjectNode resource = copy.withArray("resources").addObject();
        resource.putObject("gvr").put("Group", group).put("Version", version).put("Resource", plural);
        if (!selector.isEmpty()) {
            resource.put("selector", selector);
        }
        return new AdapterSourceConfig(copy);
    }

    /** Watches these namespaces. */
    public AdapterSourceConfig in(Iterable<String> namespaces) {
        ObjectNode copy = root.deepCopy();
        namespaces.forEach(copy.withArray("namespaces")::add);
        return new AdapterSourceConfig(copy);
    }

    /** Watches this namespace. */
    public AdapterSourceConfig in(String namespace) {
        ObjectNode copy = root.deepCopy();
        copy.withArray("namespaces").add(namespace);
        return new AdapterSourceConfig(copy);
    }

    /** Watches all namespaces with one watch per resource. Knative's controller then sends one empty name. */
    public AdapterSourceConfig inAllNamespaces() {
        ObjectNode copy = root.deepCopy();
        copy.put("allNamespaces", true).putArray("namespaces").add("");
        return new AdapterSourceConfig(copy);
    }

    /** Selects only objects that are controlled by an owner of this kind. */
    public AdapterSourceConfig ownedBy(String apiVersion, String kind) {
        ObjectNode copy = root.deepCopy();
        copy.putObject("owner").put("apiVersion", apiVersion).put("kind", kind);
        return new AdapterSourceConfig(copy);
    }

    /** Makes the adapter exit when a watch cannot be opened. */
    public AdapterSourceConfig failingFast() {
        ObjectNode copy = root.deepCopy();
        copy.put("failFast", true);
        return new AdapterSourceConfig(copy);
    }

    /** Emits an event for each gap. */
    public AdapterSourceConfig emittingGaps() {
        ObjectNode copy = root.deepCopy();
        copy.put("gaps", "Emit");
        return new AdapterSourceConfig(copy);
    }

    /** Sets a field of the source to this JSON. */
    public AdapterSourceConfig with(String field, String json) {
        ObjectNode copy = root.deepCopy();
        copy.set(field, parse(json));
        return new AdapterSourceConfig(copy);
    }

    /** Sets a field of every resource to this JSON. */
    public AdapterSourceConfig withEachResource(String field, String json) {
        ObjectNode copy = root.deepCopy();
        copy.withArray("resources").forEach(resource -> ((ObjectNode) resource).set(field, parse(json)));
        return new AdapterSourceConfig(copy);
    }

    private static JsonNode parse(String json) {
        try {
            return new ObjectMapper().readTree(json);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(json, e);
        }
    }

    /** The value of the variable. */
    public String json() {
        return root.toString();
    }

    @Override
    public String toString() {
        return json();
    }
}
