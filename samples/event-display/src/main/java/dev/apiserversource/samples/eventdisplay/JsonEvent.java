package dev.apiserversource.samples.eventdisplay;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.cloudevents.CloudEvent;
import io.cloudevents.jackson.JsonFormat;
import io.cloudevents.jackson.JsonFormatOptions;
import org.jspecify.annotations.Nullable;

import java.io.ByteArrayOutputStream;
import java.io.IOException;

/**
 * One event of the JSON event format. The SDK reads it from an envelope, which is the event without its data.
 *
 * <p>The data are cut out of the body as they stand there. The SDK would take them apart and write them again, whereby {@code
 * 1.10} becomes {@code 1.1} and a large number another one, and it refuses an object whose content type it does not know
 * for JSON, such as {@code application/vnd.example+json}.
 */
final class JsonEvent {

    private static final JsonFactory FACTORY = new JsonFactory();
    // What did not come is not printed: no content type is made up.
    private static final JsonFormat FORMAT = new JsonFormat(
            JsonFormatOptions.builder().disableDataContentTypeDefaulting(true).build());

    private final String body;
    private final JsonParser parser;
    private @Nullable String time;
    private @Nullable String data;
    private @Nullable String dataString;

    private JsonEvent(String body, JsonParser parser) {
        this.body = body;
        this.parser = parser;
    }

    /** Reads the event at which {@code parser} stands, and leaves it at the event's end; {@code body} is what it parses. */
    static ReceivedEvent read(String body, JsonParser parser) throws IOException {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            throw Refusal.malformed("an event is a JSON object");
        }
        return new JsonEvent(body, parser).read();
    }

    private ReceivedEvent read() throws IOException {
        byte[] envelope = envelope();
        CloudEvent event = CheckedReading.of(() -> FORMAT.deserialize(envelope));
        return new ReceivedEvent(
                event,
                time,
                data == null ? EventData.of(event) : EventData.ofJson(data, dataString, event.getDataContentType()));
    }

    private byte[] envelope() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator out = FACTORY.createGenerator(bytes)) {
            out.writeStartObject();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                // A member that is null is as good as absent; the SDK would take an extension for the text "null".
                if (parser.nextToken() != JsonToken.VALUE_NULL) {
                    out.writeFieldName(name);
                    writeValue(name, out);
                }
            }
            out.writeEndObject();
        }
        return bytes.toByteArray();
    }

    private void writeValue(String name, JsonGenerator out) throws IOException {
        if (name.equals("data")) {
            cutData();
            // Tells the SDK that there are data; a string will do for every content type.
            out.writeString("");
            return;
        }
        checkType(name);
        if (name.equals("time")) {
            time = parser.getText();
        }
        out.copyCurrentEvent(parser);
    }

    /** The SDK takes an object or an array for the text of an extension, and says nothing of Base64 that is no string. */
    private void checkType(String name) {
        if (parser.currentToken().isStructStart()) {
            throw Refusal.malformed(name + " is neither a string, an integer nor a boolean");
        }
        if (name.equals("data_base64") && parser.currentToken() != JsonToken.VALUE_STRING) {
            throw Refusal.malformed(name + " is not a string");
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
