package dev.apiserversource.samples.eventreceiver;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.cloudevents.CloudEvent;
import io.cloudevents.jackson.JsonFormat;
import io.cloudevents.jackson.JsonFormatOptions;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

import java.io.ByteArrayOutputStream;
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
 * <p>The SDK reads the envelope, which is the event without its data. The data are cut out of the body unchanged,
 * because the SDK would rewrite numbers ({@code 1.10} becomes {@code 1.1}) and rejects objects of a type such as
 * {@code application/vnd.example+json}. The SDK has no batches either, and accepts duplicate names and trailing text.
 */
final class JsonDecoder {

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();
    // An absent content type stays absent.
    private static final JsonFormat FORMAT = new JsonFormat(
            JsonFormatOptions.builder().disableDataContentTypeDefaulting(true).build());

    private final String body;
    private final JsonParser parser;

    private JsonDecoder(String body, JsonParser parser) {
        this.body = body;
        this.parser = parser;
    }

    /**
     * The one event of a body in structured mode.
     *
     * @throws RejectedRequestException when the body is not JSON or the event violates the specification
     */
    static List<ReceivedEvent> decodeStructured(Buffer body) {
        return decode(body, false);
    }

    /** The events of a body in batched mode; a batch may be empty. Fails like {@link #decodeStructured}. */
    static List<ReceivedEvent> decodeBatch(Buffer body) {
        return decode(body, true);
    }

    private static List<ReceivedEvent> decode(Buffer body, boolean batch) {
        String json = utf8(body);
        try (JsonParser parser = FACTORY.createParser(json)) {
            parser.nextToken();
            JsonDecoder decoder = new JsonDecoder(json, parser);
            List<ReceivedEvent> events = batch ? decoder.readBatch() : List.of(decoder.readEvent());
            if (parser.nextToken() != null) {
                throw RejectedRequestException.malformed("there is more after the end of the JSON value");
            }
            return events;
        } catch (JsonProcessingException e) {
            throw RejectedRequestException.malformed("the body is no JSON: " + reason(e));
        } catch (IOException e) {
            throw new UncheckedIOException("reading a string cannot fail", e);
        }
    }

    /** Jackson's message without its note that the source is withheld. */
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
            throw RejectedRequestException.malformed("the body is not UTF-8");
        }
    }

    private List<ReceivedEvent> readBatch() throws IOException {
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            throw RejectedRequestException.malformed("a batch is a JSON array of events");
        }
        List<ReceivedEvent> events = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            events.add(readEvent());
        }
        return events;
    }

    private ReceivedEvent readEvent() throws IOException {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            throw RejectedRequestException.malformed("an event is a JSON object");
        }
        Envelope envelope = new Envelope();
        byte[] json = envelope.copy();
        CloudEvent event = EventValidator.read(() -> FORMAT.deserialize(json));
        return new ReceivedEvent(event, envelope.time, envelope.data(event));
    }

    /** The members of one event but its data, copied for the SDK, and what the SDK would not preserve. */
    private final class Envelope {

        private @Nullable String time;
        private @Nullable String data;
        private @Nullable String dataString;

        byte[] copy() throws IOException {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            try (JsonGenerator out = FACTORY.createGenerator(bytes)) {
                out.writeStartObject();
                while (parser.nextToken() == JsonToken.FIELD_NAME) {
                    String name = parser.currentName();
                    // A null member counts as absent; the SDK would read a null extension as the text "null".
                    if (parser.nextToken() != JsonToken.VALUE_NULL) {
                        out.writeFieldName(name);
                        copyValue(name, out);
                    }
                }
                out.writeEndObject();
            }
            return bytes.toByteArray();
        }

        ReceivedEvent.@Nullable Data data(CloudEvent event) {
            return data == null
                    ? ReceivedEvent.Data.of(event)
                    : ReceivedEvent.Data.ofJson(data, dataString, event.getDataContentType());
        }

        private void copyValue(String name, JsonGenerator out) throws IOException {
            if (name.equals("data")) {
                cutData();
                // A placeholder: the SDK accepts a string for every content type, and then checks for data_base64.
                out.writeString("");
                return;
            }
            checkType(name);
            if (name.equals("time")) {
                time = parser.getText();
            }
            out.copyCurrentEvent(parser);
        }

        /** The SDK would accept an object as the text of an extension, and Base64 that is not a string. */
        private void checkType(String name) {
            if (parser.currentToken().isStructStart()) {
                throw RejectedRequestException.malformed(name + " is neither a string, an integer nor a boolean");
            }
            if (name.equals("data_base64") && parser.currentToken() != JsonToken.VALUE_STRING) {
                throw RejectedRequestException.malformed(name + " is not a string");
            }
        }

        private void cutData() throws IOException {
            int from = (int) parser.currentTokenLocation().getCharOffset();
            parser.skipChildren();
            parser.finishToken();
            data = body.substring(from, (int) parser.currentLocation().getCharOffset());
            dataString = parser.currentToken() == JsonToken.VALUE_STRING ? parser.getText() : null;
        }
    }
}
