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
 * The few fields of a Kubernetes object, a list's envelope or a Status that a stream needs. The rest is passed over without building
 * anything of it, but read to its end all the same: what is not well-formed JSON is refused.
 */
public final class MetadataParser {

    private static final String INITIAL_EVENTS_END = "k8s.io/initial-events-end";
    private static final int QUOTED_LENGTH = 120;

    /** Without the parser's own limits: whatever the API server could store must be readable, or one object would stop a stream for good. */
    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(Integer.MAX_VALUE)
                    .maxNameLength(Integer.MAX_VALUE)
                    .maxNumberLength(Integer.MAX_VALUE)
                    .maxStringLength(Integer.MAX_VALUE)
                    .build())
            .build();

    // Empty where the object has no such field.
    public String apiVersion = "";
    public String kind = "";
    public String namespace = "";
    public String name = "";
    public String uid = "";
    public String resourceVersion = "";
    public String continueToken = "";
    public String message = "";
    public String reason = "";
    public int code;
    public boolean endsInitialEvents;
    public Optional<Duration> retryAfter = Optional.empty();
    public boolean hasController;
    public String controllerApiVersion = "";
    public String controllerKind = "";

    /** Reads one field's value; the parser stands on its first token. */
    public interface FieldReader {
        void read(String field) throws IOException;
    }

    /** Reads a text that is one JSON object. */
    public static MetadataParser of(ByteSlice text) throws IOException {
        try (JsonParser parser = open(text)) {
            MetadataParser fields = new MetadataParser();
            fields.readObject(parser);
            return fields;
        }
    }

    /** The message of a Status object, or the text itself when it is something else. */
    public static String statusMessage(ByteSlice body) {
        try {
            String message = of(body).message;
            return message.isEmpty() ? body.text() : message;
        } catch (IOException notStatus) {
            return body.text().strip();
        }
    }

    /** A parser that stands on the opening brace of {@code text}. */
    public static JsonParser open(ByteSlice text) throws IOException {
        JsonParser parser = JSON.createParser(text.bytes(), text.from(), text.length());
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            int quoted = Math.min(text.length(), QUOTED_LENGTH);
            throw new IOException(
                    "not a JSON object: " + new String(text.bytes(), text.from(), quoted, StandardCharsets.UTF_8));
        }
        return parser;
    }

    /** Hands each field of the object that the parser stands on to {@code reader}, which may leave values unread; null has no fields. */
    public static void eachField(JsonParser parser, FieldReader reader) throws IOException {
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

    public void readObject(JsonParser parser) throws IOException {
        eachField(parser, field -> {
            switch (field) {
                case "apiVersion" -> apiVersion = text(parser);
                case "kind" -> kind = text(parser);
                case "metadata" -> readMetadata(parser);
                case "message" -> message = text(parser);
                case "reason" -> reason = text(parser);
                case "code" -> code = parser.getValueAsInt();
                case "details" -> readDetails(parser);
                default -> {}
            }
        });
    }

    private void readMetadata(JsonParser parser) throws IOException {
        eachField(parser, field -> {
            switch (field) {
                case "name" -> name = text(parser);
                case "namespace" -> namespace = text(parser);
                case "uid" -> uid = text(parser);
                case "resourceVersion" -> resourceVersion = text(parser);
                case "continue" -> continueToken = text(parser);
                case "ownerReferences" -> readOwners(parser);
                case "annotations" -> readAnnotations(parser);
                default -> {}
            }
        });
    }

    private void readOwners(JsonParser parser) throws IOException {
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            return;
        }
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            readOwner(parser);
            parser.skipChildren();
        }
    }

    private void readOwner(JsonParser parser) throws IOException {
        MetadataParser owner = new MetadataParser();
        boolean[] controls = {false};
        eachField(parser, field -> {
            switch (field) {
                case "apiVersion" -> owner.apiVersion = text(parser);
                case "kind" -> owner.kind = text(parser);
                case "controller" -> controls[0] = parser.getValueAsBoolean();
                default -> {}
            }
        });
        if (controls[0]) {
            hasController = true;
            controllerApiVersion = owner.apiVersion;
            controllerKind = owner.kind;
        }
    }

    private void readAnnotations(JsonParser parser) throws IOException {
        eachField(parser, field -> {
            if (field.equals(INITIAL_EVENTS_END)) {
                endsInitialEvents = text(parser).equals("true");
            }
        });
    }

    private void readDetails(JsonParser parser) throws IOException {
        eachField(parser, field -> {
            if (field.equals("retryAfterSeconds") && parser.getValueAsInt() > 0) {
                retryAfter = Optional.of(Duration.ofSeconds(parser.getValueAsInt()));
            }
        });
    }

    private static String text(JsonParser parser) throws IOException {
        @Nullable String value = parser.getValueAsString();
        return value == null ? "" : value;
    }
}
