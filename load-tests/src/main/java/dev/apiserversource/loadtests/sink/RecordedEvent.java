package dev.apiserversource.loadtests.sink;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * One CloudEvent in binary mode, as received.
 *
 * @param attributes the context attributes and extensions, percent-decoded; {@code datacontenttype} from the
 *     Content-Type header
 * @param headers all HTTP headers, names in lower case, values as sent
 * @param data the body, byte for byte
 * @param arrivedNanos {@link System#nanoTime()} when the body was complete
 */
public record RecordedEvent(
        Map<String, String> attributes, Map<String, String> headers, Buffer data, long arrivedNanos) {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String ATTRIBUTE = "ce-";

    static RecordedEvent of(HttpServerRequest request, Buffer data) {
        Map<String, String> attributes = new TreeMap<>();
        Map<String, String> headers = new TreeMap<>();
        for (Map.Entry<String, String> header : request.headers()) {
            String name = header.getKey().toLowerCase(Locale.ROOT);
            headers.put(name, header.getValue());
            if (name.startsWith(ATTRIBUTE)) {
                attributes.put(name.substring(ATTRIBUTE.length()), decode(header.getValue()));
            }
        }
        putContentType(attributes, request.headers());
        return new RecordedEvent(Map.copyOf(attributes), Map.copyOf(headers), data, System.nanoTime());
    }

    private static void putContentType(Map<String, String> attributes, MultiMap headers) {
        String type = headers.get("Content-Type");
        if (type != null) {
            attributes.put("datacontenttype", type);
        }
    }

    private static String decode(String value) {
        // The HTTP binding has percent-encoding only; URLDecoder would turn a plus sign into a space.
        return URLDecoder.decode(value.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    /** The attribute of that name; empty when the event has none. */
    public String attribute(String name) {
        return attributes.getOrDefault(name, "");
    }

    /** The attribute {@code id}. */
    public String id() {
        return attribute("id");
    }

    /** The attribute {@code subject}: the path of the object in the API. */
    public String subject() {
        return attribute("subject");
    }

    /** What happened to the object: {@code add}, {@code update} or {@code delete}. */
    public String verb() {
        String type = attribute("type");
        return type.substring(type.lastIndexOf('.') + 1);
    }

    /** The object's resourceVersion; null when the event has none. */
    public @Nullable String resourceVersion() {
        return attributes.get("resourceversion");
    }

    /** Whether this delete was found by comparing lists. Its data is what was known of the object before. */
    public boolean isDerivedDelete() {
        return verb().equals("delete")
                && json().at("/metadata/creationTimestamp").isMissingNode();
    }

    /** The data as JSON. */
    public JsonNode json() {
        try {
            return JSON.readTree(data.getBytes());
        } catch (IOException e) {
            throw new UncheckedIOException("data is not JSON: " + data, e);
        }
    }

    /** Verb, object, version, and replay if it is one. Two events with the same occurrence must have the same id. */
    String occurrence() {
        String replay = attribute("replay");
        return verb() + " " + subject() + " at " + resourceVersion() + (replay.isEmpty() ? "" : " in replay " + replay);
    }
}
