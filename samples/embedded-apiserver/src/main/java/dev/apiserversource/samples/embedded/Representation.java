package dev.apiserversource.samples.embedded;

import com.fasterxml.jackson.databind.node.ObjectNode;

import java.util.Optional;
import java.util.stream.Stream;

/** The form in which the client asked, by its Accept header, to get objects. */
enum Representation {
    /** The object itself. */
    OBJECT,
    /** Its metadata only. */
    METADATA,
    /** The metadata of each item of a list. */
    METADATA_LIST,
    /** Rows to print. */
    TABLE;

    private static final String META_V1 = "meta.k8s.io/v1";

    /** The first form of {@code accept} that can be served; 406 when there is none. */
    static Representation of(String accept) {
        return Stream.of(accept.split(","))
                .map(type -> type.replace(" ", ""))
                .filter(Representation::isJson)
                .flatMap(type -> ofJson(type).stream())
                .findFirst()
                .orElseThrow(() -> ApiException.notAcceptable(
                        "406: Not Acceptable\n\nAvailable representations: application/json"));
    }

    private static boolean isJson(String type) {
        return type.isEmpty()
                || type.startsWith("application/json")
                || type.startsWith("*/*")
                || type.startsWith("application/*");
    }

    private static Optional<Representation> ofJson(String type) {
        if (!type.contains(";as=")) {
            return Optional.of(OBJECT);
        }
        return switch (type.replaceAll(".*;as=([^;]*).*", "$1")) {
            case "Table" -> Optional.of(TABLE);
            case "PartialObjectMetadata" -> Optional.of(METADATA);
            case "PartialObjectMetadataList" -> Optional.of(METADATA_LIST);
            default -> Optional.empty();
        };
    }

    /** One object as an answer of its own or inside a watch. */
    ObjectNode one(ResourceKind kind, String version, ObjectNode object) {
        return switch (this) {
            case OBJECT -> kind.typed(object, version);
            case METADATA -> metadataOf(object);
            case TABLE -> Tables.of(kind, Stream.of(object));
            case METADATA_LIST ->
                throw ApiException.notAcceptable(
                        "you requested PartialObjectMetadataList, but the requested object is not a list");
        };
    }

    /** A list; items of a kind that is built in leave out what all have in common. */
    ObjectNode list(ResourceKind kind, String version, ObjectNode metadata, Stream<ObjectNode> objects) {
        return switch (this) {
            case OBJECT ->
                list(
                        kind.listKind(),
                        kind.apiVersion(version),
                        metadata,
                        objects.map(object -> kind.custom() ? kind.typed(object, version) : object));
            case METADATA_LIST ->
                list("PartialObjectMetadataList", META_V1, metadata, objects.map(Representation::metadataOf));
            case TABLE -> Tables.of(kind, objects).set("metadata", metadata);
            case METADATA ->
                throw ApiException.notAcceptable(
                        "you requested PartialObjectMetadata, but the requested object is a list");
        };
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
