package dev.apiserversource.adapter.watch;

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
final class ObjectFields {

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
    String apiVersion = "";
    String kind = "";
    String namespace = "";
    String name = "";
    String uid = "";
    String resourceVersion = "";
    String continueToken = "";
    String message = "";
    String reason = "";
    int code;
    boolean endsInitialEvents;
    Optional<Duration> retryAfter = Optional.empty();
    Optional<ObjectMetadata.Owner> controller = Optional.empty();

    /** Reads one field's value; the parser stands on its first token. */
    interface FieldReader {
        void read(String field) throws IOException;
    }

    /** Reads a text that is one JSON object. */
    static ObjectFields of(Slice text) throws IOException {
        try (JsonParser parser = open(text)) {
            ObjectFields fields = new ObjectFields();
            fields.readObject(parser);
            return fields;
        }
    }

    /** A parser that stands on the opening brace of {@code text}. */
    static JsonParser open(Slice text) throws IOException {
        JsonParser parser = JSON.createParser(text.bytes(), text.from(), text.length());
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            int quoted = Math.min(text.length(), QUOTED_LENGTH);
            throw new IOException(
                    "not a JSON object: " + new String(text.bytes(), text.from(), quoted, StandardCharsets.UTF_8));
        }
        return parser;
    }

    /** Hands each field of the object that the parser stands on to {@code reader}, which may leave values unread; null has no fields. */
    static void eachField(JsonParser parser, FieldReader reader) throws IOException {
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

    void readObject(JsonParser parser) throws IOException {
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
        ObjectFields owner = new ObjectFields();
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
            controller = Optional.of(new ObjectMetadata.Owner(owner.apiVersion, owner.kind));
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
