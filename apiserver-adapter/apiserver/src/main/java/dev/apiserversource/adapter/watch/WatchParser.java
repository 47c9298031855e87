package dev.apiserversource.adapter.watch;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.apiserversource.adapter.json.ByteSlice;
import dev.apiserversource.adapter.json.MetadataParser;
import dev.apiserversource.adapter.model.Change;
import dev.apiserversource.adapter.model.ObjectMetadata;
import dev.apiserversource.adapter.model.ResourceType;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/** Parses watch frames and list items of one resource type. The JSON of an object is passed on as it was sent. */
final class WatchParser {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final ResourceType resource;

    /** Parses objects of {@code resource}. Its apiVersion and kind are used for objects without, and for metadata. */
    WatchParser(ResourceType resource) {
        this.resource = resource;
    }

    /** One line of a watch: a change, a bookmark or an error. */
    sealed interface WatchFrame {

        /**
         * A change of an object.
         *
         * @param kind added, modified or deleted
         * @param object identity and version of the object
         * @param json the object, a part of the frame
         * @param managedFields where they are in the object
         */
        record Changed(Change.Kind kind, ObjectMetadata object, ByteSlice json, ManagedFields managedFields)
                implements WatchFrame {}

        /**
         * A bookmark: all changes up to here were sent.
         *
         * @param resourceVersion position of the watch
         * @param endsInitialEvents whether it ends the initial events of a streaming list
         */
        record Bookmark(String resourceVersion, boolean endsInitialEvents) implements WatchFrame {}

        /**
         * The API server ends the watch with a Status.
         *
         * @param code HTTP status code
         * @param message reason and message, for the log
         * @param retryAfter the wait that the API server requests
         */
        record Failure(int code, String message, Optional<Duration> retryAfter) implements WatchFrame {}
    }

    /**
     * One object of a list.
     *
     * @param object identity and version of the object
     * @param json the object as it was sent
     * @param hasKind whether the JSON has apiVersion and kind; items of a typed list have neither
     */
    record Item(ObjectMetadata object, ByteSlice json, boolean hasKind) {}

    /**
     * Where {@code metadata.managedFields} are in an object.
     *
     * @param value their bytes; empty when there are none
     * @param known whether {@code value} is all that there is
     */
    record ManagedFields(Optional<ByteSlice> value, boolean known) {

        static ManagedFields of(MetadataParser.Fields object) {
            return new ManagedFields(object.managedFields(), !object.areManagedFieldsUnclear());
        }
    }

    /**
     * The end of a list page.
     *
     * @param resourceVersion version of the collection that the list shows
     * @param continueToken the token that requests the next page; empty on the last page
     */
    record ListEnd(String resourceVersion, String continueToken) {}

    /**
     * Parses one frame of a watch.
     *
     * @throws IOException if it is not a watch frame
     */
    WatchFrame frame(ByteSlice text) throws IOException {
        MetadataParser.Frame frame = MetadataParser.frame(text);
        MetadataParser.Fields object = frame.object();
        return switch (frame.type()) {
            case "ADDED" -> changed(Change.Kind.ADDED, frame);
            case "MODIFIED" -> changed(Change.Kind.MODIFIED, frame);
            case "DELETED" -> changed(Change.Kind.DELETED, frame);
            case "BOOKMARK" -> new WatchFrame.Bookmark(resourceVersion(object), object.endsInitialEvents());
            case "ERROR" ->
                new WatchFrame.Failure(object.code(), object.reason() + ": " + object.message(), object.retryAfter());
            default -> throw new IOException("a watch frame of the unknown type '" + frame.type() + "'");
        };
    }

    private WatchFrame changed(Change.Kind kind, MetadataParser.Frame frame) throws IOException {
        return new WatchFrame.Changed(kind, metadata(frame.object()), frame.json(), ManagedFields.of(frame.object()));
    }

    /**
     * Parses one item of a list.
     *
     * @throws IOException if it is not an object with a name and a resourceVersion
     */
    Item item(ByteSlice text) throws IOException {
        MetadataParser.Fields fields = MetadataParser.object(text);
        boolean hasKind = !fields.apiVersion().isEmpty() && !fields.kind().isEmpty();
        return new Item(metadata(fields), text, hasKind);
    }

    /** The item's JSON. Without {@code apiVersion} or {@code kind} both are put in front; the rest is unchanged. */
    byte[] json(Item item) {
        if (item.hasKind()) {
            return item.json().copy();
        }
        ByteArrayOutputStream whole = new ByteArrayOutputStream(item.json().length() + 64);
        whole.writeBytes("{\"kind\":\"%s\",\"apiVersion\":\"%s\","
                .formatted(resource.kind(), resource.apiVersion())
                .getBytes(StandardCharsets.UTF_8));
        whole.write(item.json().bytes(), item.json().from() + 1, item.json().length() - 1);
        return whole.toByteArray();
    }

    /** When the item was created, by the clock of the API server; empty if the item does not say so. */
    static Optional<Instant> createdAt(Item item) {
        try {
            ByteSlice json = item.json();
            String created = JSON.readTree(json.bytes(), json.from(), json.length())
                    .at("/metadata/creationTimestamp")
                    .asText();
            return Optional.of(Instant.parse(created));
        } catch (IOException | DateTimeParseException unknown) {
            return Optional.empty();
        }
    }

    /**
     * Parses the envelope of a list page.
     *
     * @throws IOException if it is not a complete list
     */
    static ListEnd listEnd(ByteSlice envelope) throws IOException {
        MetadataParser.Fields fields = MetadataParser.object(envelope);
        return new ListEnd(resourceVersion(fields), fields.continueToken());
    }

    private ObjectMetadata metadata(MetadataParser.Fields fields) throws IOException {
        boolean metadataOnly = fields.kind().isEmpty() || fields.kind().equals("PartialObjectMetadata");
        return new ObjectMetadata(
                metadataOnly ? resource.apiVersion() : fields.apiVersion(),
                metadataOnly ? resource.kind() : fields.kind(),
                fields.namespace(),
                required("name", fields.name()),
                fields.uid(),
                resourceVersion(fields),
                fields.controller().map(c -> new ObjectMetadata.Owner(c.apiVersion(), c.kind())));
    }

    private static String resourceVersion(MetadataParser.Fields fields) throws IOException {
        return required("resourceVersion", fields.resourceVersion());
    }

    private static String required(String field, String value) throws IOException {
        if (value.isEmpty()) {
            throw new IOException("an object without metadata." + field);
        }
        return value;
    }
}
