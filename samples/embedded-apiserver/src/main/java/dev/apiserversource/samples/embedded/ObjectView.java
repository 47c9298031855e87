package dev.apiserversource.samples.embedded;

import com.fasterxml.jackson.databind.node.ObjectNode;

import java.time.Instant;
import java.time.InstantSource;
import java.util.stream.Stream;

/** How stored objects of one kind look to one client: in the version and the form that it asked for. */
record ObjectView(ResourceKind kind, String version, Representation form, InstantSource clock) {

    private static final String META_V1 = "meta.k8s.io/v1";

    /** One object as an answer of its own or inside a watch. */
    ObjectNode one(ObjectNode object) {
        return switch (form) {
            case OBJECT -> kind.typed(object, version);
            case METADATA -> metadataOf(object);
            case TABLE -> Tables.of(kind, Stream.of(object), clock.instant());
            case METADATA_LIST ->
                throw ApiException.notAcceptable(
                        "you requested PartialObjectMetadataList, but the requested object is not a list");
        };
    }

    /** A list; items of a kind that is built in leave out what all have in common. */
    ObjectNode list(ObjectNode metadata, Stream<ObjectNode> objects) {
        return switch (form) {
            case OBJECT -> list(kind.listKind(), kind.apiVersion(version), metadata, objects.map(this::item));
            case METADATA_LIST ->
                list("PartialObjectMetadataList", META_V1, metadata, objects.map(ObjectView::metadataOf));
            case TABLE -> table(metadata, objects, clock.instant());
            case METADATA ->
                throw ApiException.notAcceptable(
                        "you requested PartialObjectMetadata, but the requested object is a list");
        };
    }

    private ObjectNode item(ObjectNode object) {
        return kind.custom() ? kind.typed(object, version) : object;
    }

    private ObjectNode table(ObjectNode metadata, Stream<ObjectNode> objects, Instant now) {
        return Tables.of(kind, objects, now).set("metadata", metadata);
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
