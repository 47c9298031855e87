package dev.apiserversource.samples.eventdisplay;

import dev.apiserversource.samples.eventdisplay.ReceivedEvent.EventData;

import java.util.Map;
import java.util.TreeMap;

/** How an event is shown: the form in which Knative's event_display prints it. */
final class EventText {

    private static final String INDENT = "  ";

    private EventText() {}

    /** The whole block for {@code event}, its last line ended. */
    static String of(ReceivedEvent event) {
        StringBuilder out = new StringBuilder("☁️  cloudevents.Event\nContext Attributes,\n");
        Map<String, String> extensions = new TreeMap<>(event.attributes());
        for (String name : AttributeRules.CORE) {
            String value = extensions.remove(name);
            if (value != null) {
                appendAttribute(out, name, value);
            }
        }
        appendExtensions(out, extensions);
        if (event.data() != null) {
            appendData(out, event.data());
        }
        return out.toString();
    }

    private static void appendExtensions(StringBuilder out, Map<String, String> extensions) {
        if (!extensions.isEmpty()) {
            out.append("Extensions,\n");
            extensions.forEach((name, value) -> appendAttribute(out, name, value));
        }
    }

    private static void appendAttribute(StringBuilder out, String name, String value) {
        out.append(INDENT).append(name).append(": ").append(value).append('\n');
    }

    private static void appendData(StringBuilder out, EventData data) {
        out.append("Data,\n");
        String text = data.json() ? JsonText.indented(data.text()) : data.text();
        // Every line is indented, so that no payload can look like the beginning of another event.
        text.lines().forEach(line -> out.append(INDENT).append(line).append('\n'));
    }
}
