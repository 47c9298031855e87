package dev.apiserversource.samples.embedded.store;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One kind of object in all its served versions, which share storage and shape.
 *
 * @param group empty for the core group
 * @param versions served versions, the preferred one first
 * @param statusSubresource whether {@code status} is written only through the subresource of that name
 * @param definition what its CustomResourceDefinition says; null for a built-in kind
 */
public record ResourceKind(
        String group,
        List<String> versions,
        Names names,
        boolean namespaced,
        boolean statusSubresource,
        @Nullable Definition definition) {

    /** The names of a kind, as in {@code spec.names} of a CustomResourceDefinition. */
    public record Names(
            String plural, String singular, String kind, List<String> shortNames, List<String> categories) {}

    /**
     * The part of a CustomResourceDefinition that built-in kinds do not have.
     *
     * @param columns additional printer columns of the storage version
     * @param schemas by version; a version without a schema has no entry
     */
    public record Definition(List<PrinterColumn> columns, Map<String, CustomResourceSchema> schemas) {}

    /**
     * A column of kubectl's output.
     *
     * @param type a {@code date} is printed as the time since then
     * @param jsonPath names, indices and filters for equality:
     *     {@code .status.conditions[?(@.type=="Ready")].status}
     * @param wide whether only {@code -o wide} prints it
     */
    public record PrinterColumn(String title, String type, String jsonPath, boolean wide) {

        /** A column of text. */
        public static PrinterColumn text(String title, String jsonPath) {
            return new PrinterColumn(title, "string", jsonPath, false);
        }

        /** A column of the time since a timestamp. */
        public static PrinterColumn age(String title, String jsonPath) {
            return new PrinterColumn(title, "date", jsonPath, false);
        }
    }

    /** The plural, as in URLs: {@code deployments}. */
    public String plural() {
        return names.plural();
    }

    /** The kind, as in objects: {@code Deployment}. */
    public String kind() {
        return names.kind();
    }

    /** Whether a CustomResourceDefinition defines it. */
    public boolean custom() {
        return definition != null;
    }

    /** The schema of objects with this apiVersion (empty: the preferred one); empty without a schema. */
    Optional<CustomResourceSchema> schema(String apiVersion) {
        String version = apiVersion.isEmpty() ? preferredVersion() : apiVersion.substring(apiVersion.indexOf('/') + 1);
        return Optional.ofNullable(definition).map(known -> known.schemas().get(version));
    }

    /** The paths of the fields of a custom resource that its schema does not name. */
    public List<String> unknownFields(ObjectNode object) {
        return schema(object.path("apiVersion").asText())
                .map(schema -> schema.prune(object.deepCopy()))
                .orElse(List.of());
    }

    /** The apiVersion of objects in {@code version}. */
    public String apiVersion(String version) {
        return group.isEmpty() ? version : group + "/" + version;
    }

    /** The version of new objects. */
    public String preferredVersion() {
        return versions.get(0);
    }

    /** Plural and group, as in the API server's messages: {@code deployments.apps}. */
    public String qualifiedName() {
        return group.isEmpty() ? plural() : plural() + "." + group;
    }

    /** Kind and group, as in the API server's messages: {@code Deployment.apps}. */
    public String qualifiedKind() {
        return group.isEmpty() ? kind() : kind() + "." + group;
    }

    /** The kind of lists. */
    public String listKind() {
        return kind() + "List";
    }

    /** {@code object} with apiVersion and kind of {@code version}, in the order of the real API server. */
    public ObjectNode typed(ObjectNode object, String version) {
        ObjectNode typed = Json.object();
        if (custom()) {
            typed.put("apiVersion", apiVersion(version)).put("kind", kind());
        } else {
            typed.put("kind", kind()).put("apiVersion", apiVersion(version));
        }
        return typed.setAll(object);
    }
}
