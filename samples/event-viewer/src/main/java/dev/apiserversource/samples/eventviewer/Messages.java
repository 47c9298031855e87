package dev.apiserversource.samples.eventviewer;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.apiserversource.samples.eventreceiver.ReceivedEvent;
import io.cloudevents.CloudEventContext;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;

/** The JSON that the page reads. It has no line breaks, as server-sent events demand: those of texts are escaped. */
final class Messages {

    /** How much of the data the page gets at once, in characters. The rest is requested when someone looks at it. */
    static final int PREVIEW = 16 * 1024;

    private static final int MAX_ATTRIBUTES = 64;
    private static final int MAX_VALUE = 2048;
    private static final String TIME = "time";
    private static final List<String> ORDER =
            List.of("specversion", "type", "source", "subject", "id", TIME, "dataschema", "datacontenttype");
    private static final JsonFactory JSON = new JsonFactory();

    private Messages() {}

    /**
     * What is known of an event beside the event itself.
     *
     * @param sequence its number
     * @param first the number under which it arrived first; equal to {@code sequence} unless it is a repeat
     * @param arrived milliseconds since 1970
     * @param status what the sink answered to which it was passed on; null when there is none
     */
    record Arrival(
            long sequence,
            long first,
            long arrived,
            @Nullable Integer status) {}

    /** {@code event} for the page. */
    static byte[] event(ReceivedEvent event, byte @Nullable [] data, Arrival arrival) {
        return json(out -> {
            out.writeNumberField("seq", arrival.sequence());
            out.writeNumberField("at", arrival.arrived());
            out.writeStringField(
                    "category", Category.of(event.attributes().getType()).label());
            if (arrival.first() != arrival.sequence()) {
                out.writeNumberField("repeatOf", arrival.first());
            }
            if (arrival.status() != null) {
                out.writeNumberField("status", arrival.status());
            }
            out.writeObjectFieldStart("attributes");
            boolean cut = writeAttributes(out, event);
            out.writeEndObject();
            if (cut) {
                out.writeBooleanField("attributesCut", true);
            }
            if (event.data() != null && data != null) {
                String text = event.data().text();
                out.writeStringField("data", start(text, PREVIEW));
                out.writeBooleanField("json", event.data().json());
                out.writeNumberField("bytes", data.length);
                out.writeBooleanField("cut", text.length() > PREVIEW);
            }
        });
    }

    /** The first message of a stream. */
    static byte[] hello(String epoch, Settings settings) {
        return json(out -> {
            out.writeStringField("epoch", epoch);
            out.writeNumberField("maxEvents", settings.maxEvents());
            out.writeNumberField("maxBytes", settings.maxBytes());
            URI forwardTo = settings.forwardTo();
            if (forwardTo != null) {
                out.writeStringField("forwardTo", forwardTo.toString());
            }
        });
    }

    /** The events from {@code from} to {@code to}, which a stream leaves out because they are not kept any more. */
    static byte[] dropped(long from, long to) {
        return json(out -> {
            out.writeNumberField("from", from);
            out.writeNumberField("to", to);
        });
    }

    /** The counts of the seconds from {@code from} to {@code to}, and the state of {@code history}. */
    static byte[] rate(RateCounter rate, long from, long to, EventHistory history) {
        return json(out -> {
            out.writeNumberField("from", from);
            out.writeArrayFieldStart("counts");
            for (long second = from; second <= to; second++) {
                int[] counts = rate.at(second);
                out.writeArray(counts, 0, counts.length);
            }
            out.writeEndArray();
            out.writeNumberField("total", history.total());
            out.writeNumberField("oldest", history.oldest());
            out.writeNumberField("kept", history.size());
            out.writeNumberField("keptBytes", history.bytes());
        });
    }

    /** Returns whether something was left out. */
    private static boolean writeAttributes(JsonGenerator out, ReceivedEvent event) throws IOException {
        CloudEventContext attributes = event.attributes();
        List<String> names = Stream.concat(
                        ORDER.stream(), attributes.getExtensionNames().stream().sorted())
                .toList();
        boolean cut = names.size() > MAX_ATTRIBUTES;
        for (String name : names.subList(0, Math.min(names.size(), MAX_ATTRIBUTES))) {
            Object value = value(event, name);
            if (value != null) {
                String text = value.toString();
                cut |= text.length() > MAX_VALUE || name.length() > MAX_VALUE;
                out.writeStringField(start(name, MAX_VALUE), start(text, MAX_VALUE));
            }
        }
        return cut;
    }

    private static @Nullable Object value(ReceivedEvent event, String name) {
        if (name.equals(TIME)) {
            return event.time();
        }
        CloudEventContext attributes = event.attributes();
        return ORDER.contains(name) ? attributes.getAttribute(name) : attributes.getExtension(name);
    }

    private static String start(String text, int length) {
        return text.length() <= length ? text : text.substring(0, length);
    }

    /** Writes characters first: the generator of bytes refuses half a surrogate pair, which JSON may contain. */
    private static byte[] json(Members members) {
        StringWriter text = new StringWriter();
        try (JsonGenerator out = JSON.createGenerator(text)) {
            out.writeStartObject();
            members.write(out);
            out.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("writing a string cannot fail", e);
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    private interface Members {
        void write(JsonGenerator out) throws IOException;
    }
}
