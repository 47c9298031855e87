package dev.apiserversource.loadtests.adapter;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** The value of {@code K_SOURCE_CONFIG}, written the way Knative's controller writes it. Each method returns a changed copy. */
public final class SourceConfig {

    private final ObjectNode root;

    private SourceConfig(ObjectNode root) {
        this.root = root;
    }

    /** A source of whole objects. */
    public static SourceConfig ofResources() {
        return inMode("Resource");
    }

    /** A source of references to objects. */
    public static SourceConfig ofReferences() {
        return inMode("Reference");
    }

    private static SourceConfig inMode(String mode) {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        root.putArray("namespaces");
        root.put("allNamespaces", false).put("mode", mode).put("failFast", false);
        root.putArray("resources");
        return new SourceConfig(root);
    }

    /** Watches a resource: API group ("" is the core group), version, and the plural that the sender believes in. */
    public SourceConfig watch(String group, String version, String plural) {
        return watch(group, version, plural, "");
    }

    /** As {@link #watch(String, String, String)}, limited to objects whose labels fit {@code selector}. */
    public SourceConfig watch(String group, String version, String plural, String selector) {
        ObjectNode copy = root.deepCopy();
        ObjectNode resource = copy.withArray("resources").addObject();
        resource.putObject("gvr").put("Group", group).put("Version", version).put("Resource", plural);
        if (!selector.isEmpty()) {
            resource.put("selector", selector);
        }
        return new SourceConfig(copy);
    }

    /** Watches these namespaces. */
    public SourceConfig in(Iterable<String> namespaces) {
        ObjectNode copy = root.deepCopy();
        namespaces.forEach(copy.withArray("namespaces")::add);
        return new SourceConfig(copy);
    }

    /** Watches this namespace. */
    public SourceConfig in(String namespace) {
        ObjectNode copy = root.deepCopy();
        copy.withArray("namespaces").add(namespace);
        return new SourceConfig(copy);
    }

    /** Watches all namespaces with one watch for each resource; Knative sends the empty name then. */
    public SourceConfig inAllNamespaces() {
        ObjectNode copy = root.deepCopy();
        copy.put("allNamespaces", true).putArray("namespaces").add("");
        return new SourceConfig(copy);
    }

    /** Only objects that are controlled by an owner of this kind. */
    public SourceConfig ownedBy(String apiVersion, String kind) {
        ObjectNode copy = root.deepCopy();
        copy.putObject("owner").put("apiVersion", apiVersion).put("kind", kind);
        return new SourceConfig(copy);
    }

    /** The adapter is to end when a watch cannot be opened. */
    public SourceConfig failingFast() {
        ObjectNode copy = root.deepCopy();
        copy.put("failFast", true);
        return new SourceConfig(copy);
    }

    /** The text of the variable. */
    public String json() {
        return root.toString();
    }

    @Override
    public String toString() {
        return json();
    }
}
