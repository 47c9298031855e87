package dev.apiserversource.samples.eventdisplay;

import io.cloudevents.CloudEvent;
import io.cloudevents.http.vertx.VertxMessageFactory;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;

import java.util.Locale;

/** Binary content mode: attributes are headers, the body is the data. */
final class BinaryMode {

    private static final String PREFIX = "ce-";

    private BinaryMode() {}

    /** Whether one of {@code headers} is an attribute. */
    static boolean isUsedIn(MultiMap headers) {
        return headers.names().stream().anyMatch(BinaryMode::isAttribute);
    }

    static ReceivedEvent decode(MultiMap headers, Buffer body) {
        MultiMap decoded = decoded(headers);
        CloudEvent event = CheckedReading.of(
                () -> VertxMessageFactory.createReader(decoded, body).toEvent());
        return new ReceivedEvent(event, decoded.get(PREFIX + "time"), EventData.of(event));
    }

    /** The headers that make the event, as the SDK wants them: it takes every value literally, and of two the last. */
    private static MultiMap decoded(MultiMap headers) {
        MultiMap decoded = MultiMap.caseInsensitiveMultiMap();
        headers.forEach((header, value) -> {
            if (isAttribute(header)) {
                add(decoded, header.substring(PREFIX.length()).toLowerCase(Locale.ROOT), value);
            }
        });
        String contentType = headers.get(HttpHeaders.CONTENT_TYPE);
        if (contentType != null) {
            decoded.set(HttpHeaders.CONTENT_TYPE, contentType);
        }
        return decoded;
    }

    private static void add(MultiMap decoded, String name, String value) {
        if (decoded.contains(PREFIX + name)) {
            throw Refusal.malformed("the header ce-" + name + " is there more than once");
        }
        decoded.set(PREFIX + name, HeaderValue.decode(name, value));
    }

    private static boolean isAttribute(String header) {
        return header.regionMatches(true, 0, PREFIX, 0, PREFIX.length());
    }
}
