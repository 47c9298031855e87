package dev.apiserversource.samples.embedded;

import com.fasterxml.jackson.databind.node.ObjectNode;

import java.util.List;

/** What the server makes of an object that it is given: the fields of metadata it owns, and who may write status. */
final class ObjectRules {

    /** Set once by the server; what a client sends for them is ignored. */
    private static final List<String> SERVER_OWNED = List.of(
            "name",
            "namespace",
            "uid",
            "creationTimestamp",
            "deletionTimestamp",
            "deletionGracePeriodSeconds",
            "generation");

    /** Through which address a write came. */
    enum Part {
        OBJECT,
        STATUS
    }

    private ObjectRules() {}

    /** The object to store for a creation; {@code sent} is left as it is. */
    static ObjectNode created(ResourceKind kind, ObjectKey key, ObjectNode sent, String uid, String now) {
        ObjectNode object = untyped(sent);
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
        return inUsualOrder(object);
    }

    /** The object to store for an update: {@code before} itself when {@code sent} changes nothing. */
    static ObjectNode updated(ResourceKind kind, ObjectNode before, ObjectNode sent, Part part) {
        ObjectNode desired = untyped(sent);
        ObjectNode after = part == Part.STATUS ? before.deepCopy() : desired;
        Metadata metadata = Metadata.of(after);
        SERVER_OWNED.forEach(field -> metadata.copy(field, Metadata.of(before)));
        metadata.copy("resourceVersion", Metadata.of(before));
        if (part == Part.STATUS) {
            takeField("status", desired, after);
            metadata.copy("managedFields", Metadata.of(desired));
        } else if (kind.statusSubresource()) {
            takeField("status", before, after);
        }
        if (after.equals(before)) {
            return before;
        }
        if (metadata.node().has("generation") && !content(kind, after).equals(content(kind, before))) {
            metadata.node().put("generation", metadata.node().path("generation").asLong() + 1);
        }
        return inUsualOrder(after);
    }

    /** The object to store when its deletion has to wait for finalizers. */
    static ObjectNode terminating(ObjectNode before, String now) {
        ObjectNode after = before.deepCopy();
        ObjectNode metadata = Metadata.of(after).node();
        metadata.put("deletionTimestamp", now).put("deletionGracePeriodSeconds", 0);
        if (metadata.has("generation")) {
            metadata.put("generation", metadata.path("generation").asLong() + 1);
        }
        return after;
    }

    private static ObjectNode untyped(ObjectNode sent) {
        ObjectNode copy = sent.deepCopy();
        copy.remove(List.of("apiVersion", "kind"));
        return copy;
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

    /** What counts for the generation: of a custom resource all but metadata and status, else the spec. */
    private static ObjectNode content(ResourceKind kind, ObjectNode object) {
        ObjectNode content = object.deepCopy();
        return kind.custom() ? content.remove(List.of("metadata", "status")) : content.retain("spec");
    }

    private static void takeField(String field, ObjectNode from, ObjectNode to) {
        if (from.has(field)) {
            to.set(field, from.get(field));
        } else {
            to.remove(field);
        }
    }

    private static ObjectNode inUsualOrder(ObjectNode object) {
        ObjectNode ordered = Json.object();
        List.of("metadata", "spec").forEach(field -> takeField(field, object, ordered));
        return ordered.setAll(object);
    }
}
