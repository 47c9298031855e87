package dev.apiserversource.samples.eventdisplay;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.PrettyPrinter;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.core.util.Separators.Spacing;
import dev.apiserversource.samples.eventreceiver.ReceivedEvent;
import io.cloudevents.CloudEventExtensions;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.StringWriter;
import java.util.List;

/**
 * Formats an event as Knative's event_display does, which prints the {@code String()} of the
 * <a href="https://github.com/cloudevents/sdk-go/blob/main/v2/event/event.go">CloudEvents SDK for Go</a>.
 */
final class EventFormatter {

    private static final String INDENT = "  ";
    private static final String TIME = "time";
    private static final List<String> ORDER =
            List.of("specversion", "type", "source", "subject", "id", TIME, "dataschema", "datacontenttype");
    private static final JsonFactory JSON = new JsonFactory();
    private static final Separators SEPARATORS = Separators.createDefaultInstance()
            .withObjectFieldValueSpacing(Spacing.AFTER)
            .withObjectEmptySeparator("")
            .withArrayEmptySeparator("");

    private EventFormatter() {}

    /** All lines for {@code event}, the last one terminated. */
    static String format(ReceivedEvent event) {
        StringBuilder out = new StringBuilder("☁️  cloudevents.Event\nContext Attributes,\n");
        for (String name : ORDER) {
            appendAttribute(
                    out,
                    name,
                    name.equals(TIME) ? event.time() : event.attributes().getAttribute(name));
        }
        appendExtensions(out, event.attributes());
        if (event.data() != null) {
            appendData(out, event.data());
        }
        return out.toString();
    }

    private static void appendExtensions(StringBuilder out, CloudEventExtensions extensions) {
        if (!extensions.getExtensionNames().isEmpty()) {
            out.append("Extensions,\n");
            extensions.getExtensionNames().stream()
                    .sorted()
                    .forEach(name -> appendAttribute(out, name, extensions.getExtension(name)));
        }
    }

    private static void appendAttribute(StringBuilder out, String name, @Nullable Object value) {
        if (value != null) {
            out.append(INDENT).append(name).append(": ").append(value).append('\n');
        }
    }

    private static void appendData(StringBuilder out, ReceivedEvent.Data data) {
        out.append("Data,\n");
        String text = data.json() ? indented(data.text()) : data.text();
        // Every line is indented, so that no payload can look like the start of another event.
        text.lines().forEach(line -> out.append(INDENT).append(line).append('\n'));
    }

    /** {@code json} with one member or element a line; invalid JSON is returned unchanged. */
    private static String indented(String json) {
        StringWriter out = new StringWriter(2 * json.length());
        boolean complete = false;
        try (JsonParser parser = JSON.createParser(json);
                JsonGenerator generator = JSON.createGenerator(out)) {
            generator.setPrettyPrinter(prettyPrinter());
            while (parser.nextToken() != null) {
                if (complete) {
                    return json;
                }
                copyToken(json, parser, generator);
                complete = generator.getOutputContext().inRoot();
            }
        } catch (IOException invalid) {
            return json;
        }
        return complete ? out.toString() : json;
    }

    /** Copies numbers and strings as they were sent: {@code 1.10} stays {@code 1.10}. */
    private static void copyToken(String json, JsonParser parser, JsonGenerator generator) throws IOException {
        JsonToken token = parser.currentToken();
        if (token.isScalarValue()) {
            parser.finishToken();
            int start = (int) parser.currentTokenLocation().getCharOffset();
            int end = (int) parser.currentLocation().getCharOffset();
            generator.writeRawValue(json.substring(start, end).strip());
        } else {
            generator.copyCurrentEvent(parser);
        }
    }

    private static PrettyPrinter prettyPrinter() {
        DefaultIndenter indenter = new DefaultIndenter(INDENT, "\n");
        DefaultPrettyPrinter printer = new DefaultPrettyPrinter(SEPARATORS);
        printer.indentObjectsWith(indenter);
        printer.indentArraysWith(indenter);
        return printer;
    }
}
