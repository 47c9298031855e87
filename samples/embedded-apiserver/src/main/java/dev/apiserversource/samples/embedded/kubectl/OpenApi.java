package dev.apiserversource.samples.embedded.kubectl;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.apiserversource.samples.embedded.store.Json;
import dev.apiserversource.samples.embedded.store.ResourceKind;
import dev.apiserversource.samples.embedded.store.ResourceKinds;
import dev.apiserversource.samples.embedded.store.ResourceKinds.GroupVersion;

import java.util.Locale;
import java.util.Optional;

/**
 * The part of OpenAPI v3 that kubectl reads before it writes: patches support field validation in the server. There are
 * no schemas, so {@code kubectl explain} does not work.
 */
public final class OpenApi {

    private static final String ROOT = "/openapi/v3";

    private final ResourceKinds kinds;

    /** Describes these kinds. */
    public OpenApi(ResourceKinds kinds) {
        this.kinds = kinds;
    }

    /** The document at {@code path}; empty when that is not a path of OpenAPI v3. */
    public Optional<ObjectNode> find(String path) {
        if (path.equals(ROOT)) {
            return Optional.of(index());
        }
        return kinds.groupVersions()
                .filter(version -> path.equals(ROOT + "/" + root(version)))
                .findFirst()
                .map(this::document);
    }

    private ObjectNode index() {
        ObjectNode index = Json.object();
        ObjectNode paths = index.putObject("paths");
        kinds.groupVersions().forEach(version -> paths.putObject(root(version))
                .put("serverRelativeURL", ROOT + "/" + root(version)));
        return index;
    }

    private static String root(GroupVersion version) {
        return (version.group().isEmpty() ? "api/" : "apis/") + version;
    }

    private ObjectNode document(GroupVersion version) {
        ObjectNode document = Json.object().put("openapi", "3.0.0");
        document.putObject("info").put("title", "Embedded API server").put("version", "v1.36.0");
        ObjectNode paths = document.putObject("paths");
        kinds.of(version).forEach(kind -> {
            String collection = kind.namespaced() ? "/namespaces/{namespace}/" : "/";
            ObjectNode path = paths.putObject("/" + root(version) + collection + kind.plural() + "/{name}");
            describePatch(path.putObject("patch"), kind, version);
        });
        document.putObject("components").putObject("schemas");
        return document;
    }

    private static void describePatch(ObjectNode patch, ResourceKind kind, GroupVersion version) {
        patch.put("operationId", "patch" + kind.kind() + version.version().toUpperCase(Locale.ROOT));
        patch.putArray("parameters")
                .addObject()
                .put("name", "fieldValidation")
                .put("in", "query")
                .putObject("schema")
                .put("type", "string");
        patch.putObject("x-kubernetes-group-version-kind")
                .put("group", version.group())
                .put("version", version.version())
                .put("kind", kind.kind());
    }
}
