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
 * One CloudEvent in binary mode, as it came.
 *
 * @param attributes the context attributes and extensions, percent-decoded; {@code datacontenttype} from the Content-Type header
 * @param headers all HTTP headers, names in lower case, values as sent
 * @param data the body, byte for byte
 * @param arrivedNanos {@link System#nanoTime()} when the body was complete
 */
public record ReceivedEvent(
        Map<String, String> attributes, Map<String, String> headers, Buffer data, long arrivedNanos) {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String ATTRIBUTE = "ce-";

    static ReceivedEvent of(HttpServerRequest request, Buffer data) {
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
        return new ReceivedEvent(Map.copyOf(attributes), Map.copyOf(headers), data, System.nanoTime());
    }

    private static void putContentType(Map<String, String> attributes, MultiMap headers) {
        String type = headers.get("Content-Type");
        if (type != null) {
            attributes.put("datacontenttype", type);
        }
    }

    private static String decode(String value) {
        // The HTTP binding knows percent-encoding only; URLDecoder would take a plus sign for a space.
        return URLDecoder.decode(value.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    /** The attribute of that name; empty text when the event does not carry it. */
    public String attribute(String name) {
        return attributes.getOrDefault(name, "");
    }

    /** The id of the occurrence. */
    public String id() {
        return attribute("id");
    }

    /** The address of the object in the API. */
    public String subject() {
        return attribute("subject");
    }

    /** What happened to the object: {@code add}, {@code update} or {@code delete}. */
    public String verb() {
        String type = attribute("type");
        return type.substring(type.lastIndexOf('.') + 1);
    }

    /** The object's resourceVersion; null when it is not known. */
    public @Nullable String resourceVersion() {
        return attributes.get("resourceversion");
    }

    /** Whether this is a delete that nobody saw: it was found by comparing, and says only what was known of the object before. */
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

    /** What happened to which object at which version: two events that agree in it are one occurrence, and must have one id. */
    String occurrence() {
        return verb() + " " + subject() + " at " + resourceVersion();
    }
}
