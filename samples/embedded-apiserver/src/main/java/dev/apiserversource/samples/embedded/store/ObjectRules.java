package dev.apiserversource.samples.embedded.store;

import com.fasterxml.jackson.databind.node.ObjectNode;

import java.util.List;
import java.util.Optional;

/** What is stored of an object that a client sends: metadata, status, generation and the schema's rules. */
final class ObjectRules {

    /** Set by the server; a client's values are ignored. */
    private static final List<String> SERVER_OWNED = List.of(
            "name",
            "namespace",
            "uid",
            "creationTimestamp",
            "deletionTimestamp",
            "deletionGracePeriodSeconds",
            "generation");

    private ObjectRules() {}

    /** The object to store for a creation; 422 when it violates its schema. {@code sent} is not modified. */
    static ObjectNode created(ResourceKind kind, ObjectKey key, ObjectNode sent, String uid, String now) {
        ObjectNode object = decoded(kind, sent);
        ObjectNode metadata = Json.object().put("name", key.name());
        if (sent.at("/metadata/generateName").isTextual()) {
            metadata.set("generateName", sent.at("/metadata/generateName"));
        }
        if (kind.namespaced()) {
            metadata.put("namespace", key.namespace());
        }
        metadata.put("uid", uid).put("resourceVersion", "").put("creationTimestamp", now);
        if (kind.custom() || object.has("spec")) {
            metadata.put("generation", 1);
        }
        ObjectNode sentMetadata = Metadata.of(object).node().deepCopy();
        sentMetadata.remove(SERVER_OWNED);
        sentMetadata.remove(List.of("generateName", "resourceVersion", "selfLink"));
        object.set("metadata", metadata.<ObjectNode>setAll(sentMetadata));
        initialStatus(kind, object);
        validate(kind, sent, object);
        return inUsualOrder(object);
    }

    /** The object to store for an update: {@code before} itself when nothing changes; 422 as for a creation. */
    static ObjectNode updated(ResourceKind kind, ObjectNode before, ObjectNode sent) {
        ObjectNode after = decoded(kind, sent);
        if (kind.statusSubresource()) {
            copyField("status", before, after);
        }
        return updated(kind, before, sent, after);
    }

    /** The object to store for an update of the status subresource; otherwise as {@link #updated}. */
    static ObjectNode statusUpdated(ResourceKind kind, ObjectNode before, ObjectNode sent) {
        ObjectNode decoded = decoded(kind, sent);
        ObjectNode after = before.deepCopy();
        copyField("status", decoded, after);
        Metadata.of(after).copy("managedFields", Metadata.of(decoded));
        return updated(kind, before, sent, after);
    }

    private static ObjectNode updated(ResourceKind kind, ObjectNode before, ObjectNode sent, ObjectNode after) {
        Metadata metadata = Metadata.of(after);
        SERVER_OWNED.forEach(field -> metadata.copy(field, Metadata.of(before)));
        metadata.copy("resourceVersion", Metadata.of(before));
        if (after.equals(before)) {
            return before;
        }
        validate(kind, sent, after);
        if (metadata.node().has("generation") && !content(kind, after).equals(content(kind, before))) {
            metadata.node().put("generation", metadata.node().path("generation").asLong() + 1);
        }
        return inUsualOrder(after);
    }

    /** The object to store when its deletion waits for finalizers. */
    static ObjectNode terminating(ObjectNode before, String now) {
        ObjectNode after = before.deepCopy();
        ObjectNode metadata = Metadata.of(after).node();
        metadata.put("deletionTimestamp", now).put("deletionGracePeriodSeconds", 0);
        if (metadata.has("generation")) {
            metadata.put("generation", metadata.path("generation").asLong() + 1);
        }
        return after;
    }

    /** A copy without apiVersion and kind, which are not stored; of a custom resource pruned and with defaults. */
    private static ObjectNode decoded(ResourceKind kind, ObjectNode sent) {
        ObjectNode object = sent.deepCopy();
        schema(kind, sent).ifPresent(schema -> {
            schema.prune(object);
            schema.applyDefaults(object);
        });
        return object.without(List.of("apiVersion", "kind"));
    }

    private static void validate(ResourceKind kind, ObjectNode sent, ObjectNode object) {
        List<FieldError> errors =
                schema(kind, sent).map(schema -> schema.validate(object)).orElse(List.of());
        if (!errors.isEmpty()) {
            throw ApiException.invalid(kind, Metadata.of(object).name(), errors);
        }
    }

    private static Optional<CustomResourceSchema> schema(ResourceKind kind, ObjectNode sent) {
        return kind.schema(sent.path("apiVersion").asText());
    }

    private static void initialStatus(ResourceKind kind, ObjectNode object) {
        if (kind.statusSubresource()) {
            object.remove("status");
        }
        switch (kind.qualifiedName()) {
            case "pods" -> object.putObject("status").put("phase", "Pending");
            case "namespaces" -> {
                object.putObject("status").put("phase", "Active");
                Metadata labelled = Metadata.of(object);
                labelled.node().withObject("/labels").put("kubernetes.io/metadata.name", labelled.name());
            }
            default -> {}
        }
    }

    /** What the generation counts: of a custom resource all but metadata and status, otherwise the spec. */
    private static ObjectNode content(ResourceKind kind, ObjectNode object) {
        ObjectNode content = object.deepCopy();
        return kind.custom() ? content.remove(List.of("metadata", "status")) : content.retain("spec");
    }

    private static void copyField(String field, ObjectNode from, ObjectNode to) {
        if (from.has(field)) {
            to.set(field, from.get(field));
        } else {
            to.remove(field);
        }
    }

    private static ObjectNode inUsualOrder(ObjectNode object) {
        ObjectNode ordered = Json.object();
        List.of("metadata", "spec").forEach(field -> copyField(field, object, ordered));
        return ordered.setAll(object);
    }
}
