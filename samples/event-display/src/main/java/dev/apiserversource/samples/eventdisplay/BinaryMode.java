package dev.apiserversource.samples.eventdisplay;

import dev.apiserversource.samples.eventdisplay.ReceivedEvent.EventData;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** Binary content mode: attributes are headers, the body is the data. */
final class BinaryMode {

    private static final String PREFIX = "ce-";

    private BinaryMode() {}

    /** Whether one of {@code headers} is an attribute. */
    static boolean isUsedIn(MultiMap headers) {
        return headers.names().stream().anyMatch(BinaryMode::isAttribute);
    }

    static ReceivedEvent decode(MultiMap headers, Buffer body) {
        Map<String, String> attributes = new HashMap<>();
        headers.forEach((header, value) -> {
            if (isAttribute(header)) {
                add(attributes, header.substring(PREFIX.length()).toLowerCase(Locale.ROOT), value);
            }
        });
        String contentType = headers.get(HttpHeaders.CONTENT_TYPE);
        if (contentType != null) {
            attributes.put("datacontenttype", contentType);
        }
        return new ReceivedEvent(attributes, body.length() == 0 ? null : data(ContentType.of(contentType), body));
    }

    private static EventData data(ContentType type, Buffer body) {
        return new EventData(body.toString(type.charset()), type.isJson());
    }

    private static void add(Map<String, String> attributes, String name, String value) {
        if (attributes.put(name, HeaderValue.decode(name, value)) != null) {
            throw Refusal.malformed("the header ce-" + name + " is there more than once");
        }
    }

    private static boolean isAttribute(String header) {
        return header.regionMatches(true, 0, PREFIX, 0, PREFIX.length());
    }
}
