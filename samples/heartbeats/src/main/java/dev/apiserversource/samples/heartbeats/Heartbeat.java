package dev.apiserversource.samples.heartbeats;

import com.fasterxml.jackson.core.io.JsonStringEncoder;

import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

/**
 * One event.
 *
 * @param attributes context attributes and extensions by name, without {@code datacontenttype}
 * @param data JSON
 */
record Heartbeat(Map<String, String> attributes, String data) {

    static final String CONTENT_TYPE = "application/json";

    /**
     * The event with that number.
     *
     * @param started when the program was started: numbers begin at 1 again when the container is restarted
     * @param number the first is 1
     * @param time the attribute {@code time}
     */
    static Heartbeat of(Settings settings, Instant started, int number, Instant time) {
        Map<String, String> attributes = new TreeMap<>(Map.of(
                "specversion",
                "1.0",
                "id",
                started.toEpochMilli() + "-" + number,
                "source",
                settings.eventSource(),
                "type",
                settings.eventType(),
                "time",
                time.toString(),
                "beats",
                "true",
                "heart",
                "yes",
                "the",
                "42"));
        attributes.putAll(settings.overrides());
        return new Heartbeat(attributes, data(settings, number));
    }

    private static String data(Settings settings, int number) {
        String message = settings.message().isEmpty() ? "" : ",\"msg\":" + quoted(settings.message());
        return "{\"id\":" + number + ",\"label\":" + quoted(settings.label()) + message + "}";
    }

    private static String quoted(String text) {
        return "\"" + String.valueOf(JsonStringEncoder.getInstance().quoteAsString(text)) + "\"";
    }
}
