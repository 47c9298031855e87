package dev.apiserversource.adapter.watch;

import com.fasterxml.jackson.core.JsonParser;
import dev.apiserversource.adapter.json.ByteSlice;
import dev.apiserversource.adapter.json.MetadataParser;
import dev.apiserversource.adapter.model.Change;
import dev.apiserversource.adapter.model.ObjectMetadata;
import dev.apiserversource.adapter.model.ResourceType;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Understands the frames of a watch and the items of a list of one kind of object. */
final class WatchParser {

    private final ResourceType resource;

    /** A reader of objects of {@code resource}, whose apiVersion and kind stand in where an object has none or is only metadata. */
    WatchParser(ResourceType resource) {
        this.resource = resource;
    }

    /**
     * One object of a list.
     *
     * @param object which object, and its state
     * @param json the object as it came
     * @param namesItsKind whether it says what it is; the items of a typed list do not
     */
    record Item(ObjectMetadata object, ByteSlice json, boolean namesItsKind) {}

    /**
     * The end of a list page.
     *
     * @param resourceVersion the state of the collection that the list shows
     * @param continueToken what asks for the next page; empty on the last
     */
    record ListEnd(String resourceVersion, String continueToken) {}

    /**
     * Reads one frame of a watch.
     *
     * @throws IOException when it is not a watch frame
     */
    WatchFrame frame(ByteSlice text) throws IOException {
        FrameFields frame = new FrameFields();
        try (JsonParser parser = MetadataParser.open(text)) {
            MetadataParser.eachField(parser, field -> {
                switch (field) {
                    case "type" -> frame.type = parser.getText();
                    case "object" -> frame.readObject(parser, text);
                    default -> {}
                }
            });
        }
        return understand(frame, new ByteSlice(text.bytes(), frame.from, frame.to));
    }

    /**
     * Reads one item of a list.
     *
     * @throws IOException when it is not an object with a name and a resourceVersion
     */
    Item item(ByteSlice text) throws IOException {
        MetadataParser fields = MetadataParser.of(text);
        boolean namesItsKind = !fields.apiVersion.isEmpty() && !fields.kind.isEmpty();
        return new Item(metadata(fields), text, namesItsKind);
    }

    /** The item's JSON with {@code apiVersion} and {@code kind} put in front where it lacks them, and otherwise untouched. */
    byte[] json(Item item) {
        if (item.namesItsKind()) {
            return item.json().copy();
        }
        ByteArrayOutputStream whole = new ByteArrayOutputStream(item.json().length() + 64);
        whole.writeBytes("{\"kind\":\"%s\",\"apiVersion\":\"%s\","
                .formatted(resource.kind(), resource.apiVersion())
                .getBytes(StandardCharsets.UTF_8));
        whole.write(item.json().bytes(), item.json().from() + 1, item.json().length() - 1);
        return whole.toByteArray();
    }

    /**
     * Reads the end of a list page out of the list's envelope.
     *
     * @throws IOException when it is not a list
     */
    static ListEnd listEnd(ByteSlice envelope) throws IOException {
        MetadataParser fields = MetadataParser.of(envelope);
        return new ListEnd(required("resourceVersion", fields.resourceVersion), fields.continueToken);
    }

    private WatchFrame understand(FrameFields frame, ByteSlice json) throws IOException {
        MetadataParser object = frame.object;
        return switch (frame.type) {
            case "ADDED" -> new WatchFrame.Changed(Change.Kind.ADDED, metadata(object), json);
            case "MODIFIED" -> new WatchFrame.Changed(Change.Kind.MODIFIED, metadata(object), json);
            case "DELETED" -> new WatchFrame.Changed(Change.Kind.DELETED, metadata(object), json);
            case "BOOKMARK" ->
                new WatchFrame.Bookmark(required("resourceVersion", object.resourceVersion), object.endsInitialEvents);
            case "ERROR" ->
                new WatchFrame.Failure(object.code, object.reason + ": " + object.message, object.retryAfter);
            default -> throw new IOException("a watch frame of the unknown type '" + frame.type + "'");
        };
    }

    private ObjectMetadata metadata(MetadataParser fields) throws IOException {
        boolean partial = fields.kind.isEmpty() || fields.kind.equals("PartialObjectMetadata");
        return new ObjectMetadata(
                partial ? resource.apiVersion() : fields.apiVersion,
                partial ? resource.kind() : fields.kind,
                fields.namespace,
                required("name", fields.name),
                fields.uid,
                required("resourceVersion", fields.resourceVersion),
                fields.hasController
                        ? Optional.of(new ObjectMetadata.Owner(fields.controllerApiVersion, fields.controllerKind))
                        : Optional.empty());
    }

    private static String required(String field, String value) throws IOException {
        if (value.isEmpty()) {
            throw new IOException("an object without metadata." + field);
        }
        return value;
    }

    /** What a frame holds, and where in it the object lies. */
    private static final class FrameFields {
        private final MetadataParser object = new MetadataParser();
        private String type = "";
        private int from;
        private int to;

        private void readObject(JsonParser parser, ByteSlice text) throws IOException {
            from = text.from() + (int) parser.currentTokenLocation().getByteOffset();
            object.readObject(parser);
            to = text.from() + (int) parser.currentLocation().getByteOffset();
        }
    }
}
