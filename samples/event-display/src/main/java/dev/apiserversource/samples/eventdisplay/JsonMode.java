package dev.apiserversource.samples.eventdisplay;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Structured and batched content mode in the JSON event format.
 *
 * <p>The data are cut out of the body as they stand there: taken apart and written again, {@code 1.10} would become
 * {@code 1.1} and a large number another one.
 */
final class JsonMode {

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private final String json;
    private final JsonParser parser;

    private JsonMode(String json, JsonParser parser) {
        this.json = json;
        this.parser = parser;
    }

    /** The one event that {@code body} is. */
    static List<ReceivedEvent> decodeOne(Buffer body) {
        return decode(body, mode -> List.of(mode.event()));
    }

    /** The events of the array that {@code body} is; there may be none. */
    static List<ReceivedEvent> decodeBatch(Buffer body) {
        return decode(body, JsonMode::events);
    }

    private static List<ReceivedEvent> decode(Buffer body, Reading reading) {
        String json = utf8(body);
        try (JsonParser parser = FACTORY.createParser(json)) {
            parser.nextToken();
            List<ReceivedEvent> events = reading.read(new JsonMode(json, parser));
            if (parser.nextToken() != null) {
                throw Refusal.malformed("there is more after the end of the JSON value");
            }
            return events;
        } catch (JsonProcessingException e) {
            throw Refusal.malformed("the body is no JSON: " + reason(e));
        } catch (IOException e) {
            throw new UncheckedIOException("text in memory cannot fail to be read", e);
        }
    }

    /** Jackson's own words without its remark that it keeps the source to itself. */
    private static String reason(JsonProcessingException e) {
        return e.getOriginalMessage().replaceAll("\\[Source: [^;]*; ", "[");
    }

    private static String utf8(Buffer body) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(body.getBytes()))
                    .toString();
        } catch (CharacterCodingException e) {
            throw Refusal.malformed("the body is not UTF-8");
        }
    }

    private List<ReceivedEvent> events() throws IOException {
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            throw Refusal.malformed("a batch is a JSON array of events");
        }
        List<ReceivedEvent> events = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            events.add(event());
        }
        return events;
    }

    private ReceivedEvent event() throws IOException {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            throw Refusal.malformed("an event is a JSON object");
        }
        Map<String, String> attributes = new HashMap<>();
        JsonData data = JsonData.NONE;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            // A member that is null is as good as absent.
            if (parser.nextToken() != JsonToken.VALUE_NULL) {
                switch (name) {
                    case "data" -> data = data.withValue(slice(), string());
                    case "data_base64" -> data = data.withBase64(attribute(name));
                    default -> attributes.put(name, attribute(name));
                }
            }
        }
        return new ReceivedEvent(attributes, data.typed(attributes.get("datacontenttype")));
    }

    private String attribute(String name) throws IOException {
        return switch (parser.currentToken()) {
            case VALUE_STRING, VALUE_NUMBER_INT, VALUE_TRUE, VALUE_FALSE -> parser.getText();
            default -> throw Refusal.malformed(name + " is neither a string, an integer nor a boolean");
        };
    }

    /** The current value as it stands in the body; the parser is at its end afterwards. */
    private String slice() throws IOException {
        int from = (int) parser.currentTokenLocation().getCharOffset();
        parser.skipChildren();
        parser.finishToken();
        return json.substring(from, (int) parser.currentLocation().getCharOffset());
    }

    private @Nullable String string() throws IOException {
        return parser.currentToken() == JsonToken.VALUE_STRING ? parser.getText() : null;
    }

    /** What is done with the parser between the first token and the end. */
    private interface Reading {

        List<ReceivedEvent> read(JsonMode mode) throws IOException;
    }
}
