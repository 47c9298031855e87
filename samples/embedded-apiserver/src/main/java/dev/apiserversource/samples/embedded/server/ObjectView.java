package dev.apiserversource.samples.embedded.server;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.apiserversource.samples.embedded.kubectl.Tables;
import dev.apiserversource.samples.embedded.store.ApiException;
import dev.apiserversource.samples.embedded.store.Json;
import dev.apiserversource.samples.embedded.store.ResourceKind;

import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;

/** How a client sees the stored objects of one kind: in the version of its URL and the form of its Accept header. */
record ObjectView(ResourceKind kind, String version, Form form) {

    private static final String META_V1 = "meta.k8s.io/v1";

    /** What an Accept header can request after {@code ;as=}. */
    enum Form {
        OBJECT,
        METADATA,
        METADATA_LIST,
        TABLE
    }

    /** The first form of {@code accept} that is supported; 406 when there is none. */
    static ObjectView of(String accept, ResourceKind kind, String version) {
        Form form = Stream.of(accept.split(","))
                .map(type -> type.replace(" ", ""))
                .filter(ObjectView::isJson)
                .flatMap(type -> form(type).stream())
                .findFirst()
                .orElseThrow(() ->
                        ApiException.notAcceptable("only the following media types are accepted: application/json"));
        return new ObjectView(kind, version, form);
    }

    private static boolean isJson(String type) {
        return type.isEmpty()
                || type.startsWith("application/json")
                || type.startsWith("*/*")
                || type.startsWith("application/*");
    }

    private static Optional<Form> form(String type) {
        if (!type.contains(";as=")) {
            return Optional.of(Form.OBJECT);
        }
        return switch (type.replaceAll(".*;as=([^;]*).*", "$1")) {
            case "Table" -> Optional.of(Form.TABLE);
            case "PartialObjectMetadata" -> Optional.of(Form.METADATA);
            case "PartialObjectMetadataList" -> Optional.of(Form.METADATA_LIST);
            default -> Optional.empty();
        };
    }

    /** One object, as a response or in a watch event. */
    ObjectNode one(ObjectNode object) {
        return switch (form) {
            case OBJECT -> kind.typed(object, version);
            case METADATA -> metadataOf(object);
            case TABLE -> Tables.of(kind, Stream.of(object), Instant.now());
            case METADATA_LIST ->
                throw ApiException.notAcceptable(
                        "you requested PartialObjectMetadataList, but the requested object is not a list");
        };
    }

    /** A list. As in the real API server, items of a built-in kind have no apiVersion and kind. */
    ObjectNode list(ObjectNode metadata, Stream<ObjectNode> objects) {
        return switch (form) {
            case OBJECT -> list(kind.listKind(), kind.apiVersion(version), metadata, objects.map(this::item));
            case METADATA_LIST ->
                list("PartialObjectMetadataList", META_V1, metadata, objects.map(ObjectView::metadataOf));
            case TABLE -> Tables.of(kind, objects, Instant.now()).set("metadata", metadata);
            case METADATA ->
                throw ApiException.notAcceptable(
                        "you requested PartialObjectMetadata, but the requested object is a list");
        };
    }

    private ObjectNode item(ObjectNode object) {
        return kind.custom() ? kind.typed(object, version) : object;
    }

    private static ObjectNode list(String kind, String apiVersion, ObjectNode metadata, Stream<ObjectNode> items) {
        ObjectNode list = Json.object().put("kind", kind).put("apiVersion", apiVersion);
        list.set("metadata", metadata);
        list.putArray("items").addAll(items.toList());
        return list;
    }

    private static ObjectNode metadataOf(ObjectNode object) {
        ObjectNode partial = Json.object().put("kind", "PartialObjectMetadata").put("apiVersion", META_V1);
        return partial.set("metadata", object.path("metadata"));
    }
}
