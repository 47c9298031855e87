package dev.apiserversource.samples.eventdisplay;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.vertx.core.buffer.Buffer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Structured and batched content mode in the JSON event format.
 *
 * <p>What the SDK leaves undone is done here: it has no batches, and takes a body with a name twice or with more behind its end.
 */
final class JsonMode {

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private final String body;
    private final JsonParser parser;

    private JsonMode(String body, JsonParser parser) {
        this.body = body;
        this.parser = parser;
    }

    /** The one event that {@code body} is. */
    static List<ReceivedEvent> decodeOne(Buffer body) {
        return decode(body, mode -> List.of(JsonEvent.read(mode.body, mode.parser)));
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
            events.add(JsonEvent.read(body, parser));
        }
        return events;
    }

    /** What is done with the parser between the first token and the end. */
    private interface Reading {

        List<ReceivedEvent> read(JsonMode mode) throws IOException;
    }
}
