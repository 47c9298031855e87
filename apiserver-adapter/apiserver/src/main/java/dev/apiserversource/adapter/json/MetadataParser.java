package dev.apiserversource.adapter.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/**
 * Reads the few fields of a Kubernetes object, a list's envelope or a Status that a stream needs. Everything else is
 * skipped without building a tree, but parsed to its end: malformed JSON is refused.
 */
public final class MetadataParser {

    private static final String INITIAL_EVENTS_END = "k8s.io/initial-events-end";
    private static final int MAX_QUOTED_BYTES = 120;

    /**
     * Without the parser's own limits. An object that the API server can store must be readable, or it would stop its
     * stream for good.
     */
    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(Integer.MAX_VALUE)
                    .maxNameLength(Integer.MAX_VALUE)
                    .maxNumberLength(Integer.MAX_VALUE)
                    .maxStringLength(Integer.MAX_VALUE)
                    .build())
            .build();

    private MetadataParser() {}

    /** The fields of one object. A text is empty where the object has no such field. */
    public static final class Fields {

        private String apiVersion = "";
        private String kind = "";
        private String namespace = "";
        private String name = "";
        private String uid = "";
        private String resourceVersion = "";
        private String continueToken = "";
        private boolean endsInitialEvents;
        private Optional<Controller> controller = Optional.empty();
        private Optional<ByteSlice> managedFields = Optional.empty();
        private boolean managedFieldsUnclear;
        private int code;
        private String reason = "";
        private String message = "";
        private Optional<Duration> retryAfter = Optional.empty();

        private Fields() {}

        public String apiVersion() {
            return apiVersion;
        }

        public String kind() {
            return kind;
        }

        public String namespace() {
            return namespace;
        }

        public String name() {
            return name;
        }

        public String uid() {
            return uid;
        }

        public String resourceVersion() {
            return resourceVersion;
        }

        /** Of a list: the token that requests the next page. */
        public String continueToken() {
            return continueToken;
        }

        /** Of a bookmark: whether it ends the initial events of a streaming list. */
        public boolean endsInitialEvents() {
            return endsInitialEvents;
        }

        /** The owner whose reference has {@code controller: true}. */
        public Optional<Controller> controller() {
            return controller;
        }

        /**
         * The bytes of the value of {@code metadata.managedFields}, so that they need not be searched for again;
         * empty without one.
         */
        public Optional<ByteSlice> managedFields() {
            return managedFields;
        }

        /** Whether there are {@code managedFields} that {@link #managedFields()} does not tell. */
        public boolean areManagedFieldsUnclear() {
            return managedFieldsUnclear;
        }

        /** Of a Status: the HTTP status code, 0 without one. */
        public int code() {
            return code;
        }

        /** Of a Status: the reason in one word. */
        public String reason() {
            return reason;
        }

        /** Of a Status: the message for people. */
        public String message() {
            return message;
        }

        /** Of a Status: how long to wait before the next request. */
        public Optional<Duration> retryAfter() {
            return retryAfter;
        }
    }

    /**
     * The owner that controls an object.
     *
     * @param apiVersion group and version of the owner
     * @param kind the owner's kind
     */
    public record Controller(String apiVersion, String kind) {}

    /** The fields of one frame of a watch. */
    public static final class Frame {

        private final Fields object = new Fields();
        private String type = "";
        private ByteSlice json;

        private Frame(ByteSlice json) {
            this.json = json;
        }

        /** The type of the frame, empty without one. */
        public String type() {
            return type;
        }

        public Fields object() {
            return object;
        }

        /** The object as it was sent: a part of the frame, empty without one. */
        public ByteSlice json() {
            return json;
        }
    }

    /** Reads one field's value. The parser is at the value's first token; the reader may leave the value unread. */
    private interface FieldReader {
        void read(String field) throws IOException;
    }

    /**
     * Reads a text that is one JSON object.
     *
     * @throws IOException if it is anything else
     */
    public static Fields object(ByteSlice text) throws IOException {
        try (JsonParser parser = open(text)) {
            Fields fields = new Fields();
            readObject(parser, fields, text);
            return fields;
        }
    }

    /**
     * Reads a frame of a watch: {@code {"type":…,"object":{…}}}.
     *
     * @throws IOException if the text is not one JSON object
     */
    public static Frame frame(ByteSlice text) throws IOException {
        try (JsonParser parser = open(text)) {
            Frame frame = new Frame(new ByteSlice(text.bytes(), text.from(), text.from()));
            eachField(parser, field -> {
                switch (field) {
                    case "type" -> frame.type = text(parser);
                    case "object" -> {
                        int from = text.from()
                                + (int) parser.currentTokenLocation().getByteOffset();
                        readObject(parser, frame.object, text);
                        int to = text.from() + (int) parser.currentLocation().getByteOffset();
                        frame.json = new ByteSlice(text.bytes(), from, to);
                    }
                    default -> {}
                }
            });
            return frame;
        }
    }

    /** The message of a Status object, or the text itself if it is not a Status. */
    public static String statusMessage(ByteSlice body) {
        try {
            String message = object(body).message();
            return message.isEmpty() ? body.text() : message;
        } catch (IOException notStatus) {
            return body.text().strip();
        }
    }

    /** A parser at the opening brace of {@code text}. */
    private static JsonParser open(ByteSlice text) throws IOException {
        JsonParser parser = JSON.createParser(text.bytes(), text.from(), text.length());
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            int quoted = Math.min(text.length(), MAX_QUOTED_BYTES);
            throw new IOException(
                    "not a JSON object: " + new String(text.bytes(), text.from(), quoted, StandardCharsets.UTF_8));
        }
        return parser;
    }

    /** Calls {@code reader} for each field of the object at the parser. Anything but an object has no fields. */
    private static void eachField(JsonParser parser, FieldReader reader) throws IOException {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            return;
        }
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String field = parser.currentName();
            parser.nextToken();
            reader.read(field);
            parser.skipChildren();
        }
    }

    private static void readObject(JsonParser parser, Fields fields, ByteSlice text) throws IOException {
        eachField(parser, field -> {
            switch (field) {
                case "apiVersion" -> fields.apiVersion = text(parser);
                case "kind" -> fields.kind = text(parser);
                case "metadata" -> readMetadata(parser, fields, text);
                case "message" -> fields.message = text(parser);
                case "reason" -> fields.reason = text(parser);
                case "code" -> fields.code = parser.getValueAsInt();
                case "details" -> readDetails(parser, fields);
                default -> {}
            }
        });
    }

    private static void readMetadata(JsonParser parser, Fields fields, ByteSlice text) throws IOException {
        eachField(parser, field -> {
            switch (field) {
                case "name" -> fields.name = text(parser);
                case "namespace" -> fields.namespace = text(parser);
                case "uid" -> fields.uid = text(parser);
                case "resourceVersion" -> fields.resourceVersion = text(parser);
                case "continue" -> fields.continueToken = text(parser);
                case "managedFields" -> readManagedFields(parser, fields, text);
                case "ownerReferences" -> readOwners(parser, fields);
                case "annotations" -> readAnnotations(parser, fields);
                default -> {}
            }
        });
    }

    private static void readManagedFields(JsonParser parser, Fields fields, ByteSlice text) throws IOException {
        boolean again = fields.managedFields.isPresent();
        if (again || parser.currentToken() != JsonToken.START_ARRAY) {
            fields.managedFieldsUnclear = true;
            return;
        }
        int from = text.from() + (int) parser.currentTokenLocation().getByteOffset();
        parser.skipChildren();
        int to = text.from() + (int) parser.currentLocation().getByteOffset();
        fields.managedFields = Optional.of(new ByteSlice(text.bytes(), from, to));
    }

    private static void readOwners(JsonParser parser, Fields fields) throws IOException {
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            return;
        }
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            readOwner(parser, fields);
            parser.skipChildren();
        }
    }

    private static void readOwner(JsonParser parser, Fields fields) throws IOException {
        Fields owner = new Fields();
        boolean[] controller = {false};
        eachField(parser, field -> {
            switch (field) {
                case "apiVersion" -> owner.apiVersion = text(parser);
                case "kind" -> owner.kind = text(parser);
                case "controller" -> controller[0] = parser.getValueAsBoolean();
                default -> {}
            }
        });
        if (controller[0]) {
            fields.controller = Optional.of(new Controller(owner.apiVersion, owner.kind));
        }
    }

    private static void readAnnotations(JsonParser parser, Fields fields) throws IOException {
        eachField(parser, field -> {
            if (field.equals(INITIAL_EVENTS_END)) {
                fields.endsInitialEvents = text(parser).equals("true");
            }
        });
    }

    private static void readDetails(JsonParser parser, Fields fields) throws IOException {
        eachField(parser, field -> {
            if (field.equals("retryAfterSeconds") && parser.getValueAsInt() > 0) {
                fields.retryAfter = Optional.of(Duration.ofSeconds(parser.getValueAsInt()));
            }
        });
    }

    private static String text(JsonParser parser) throws IOException {
        @Nullable String value = parser.getValueAsString();
        return value == null ? "" : value;
    }
}
