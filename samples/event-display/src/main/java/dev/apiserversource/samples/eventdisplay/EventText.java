package dev.apiserversource.samples.eventdisplay;

import io.cloudevents.CloudEventExtensions;
import org.jspecify.annotations.Nullable;

import java.util.List;

/** How an event is shown: the form in which Knative's event_display prints it. */
final class EventText {

    private static final String INDENT = "  ";
    private static final String TIME = "time";
    private static final List<String> ORDER =
            List.of("specversion", "type", "source", "subject", "id", TIME, "dataschema", "datacontenttype");

    private EventText() {}

    /** The whole block for {@code event}, its last line ended. */
    static String of(ReceivedEvent event) {
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

    /** The text forms of the attribute types are those of the specification; a URI's is what it was read from. */
    private static void appendAttribute(StringBuilder out, String name, @Nullable Object value) {
        if (value != null) {
            out.append(INDENT).append(name).append(": ").append(value).append('\n');
        }
    }

    private static void appendData(StringBuilder out, EventData data) {
        out.append("Data,\n");
        String text = data.json() ? JsonText.indented(data.text()) : data.text();
        // Every line is indented, so that no payload can look like the beginning of another event.
        text.lines().forEach(line -> out.append(INDENT).append(line).append('\n'));
    }
}
