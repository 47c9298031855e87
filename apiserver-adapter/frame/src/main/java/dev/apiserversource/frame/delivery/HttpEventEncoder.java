package dev.apiserversource.frame.delivery;

import io.cloudevents.CloudEvent;
import io.cloudevents.CloudEventData;
import io.cloudevents.SpecVersion;
import io.cloudevents.core.CloudEventUtils;
import io.cloudevents.rw.CloudEventContextWriter;
import io.cloudevents.rw.CloudEventWriter;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;

import java.nio.charset.StandardCharsets;

/**
 * Encodes an event in the binary content mode of the <a
 * href="https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md">HTTP protocol
 * binding</a>: attributes as headers, data as body.
 *
 * <p>The writer of the SDK does not percent-encode. It also depends on the WebClient, which cannot abort an endless
 * response.
 */
final class HttpEventEncoder implements CloudEventWriter<HttpEventEncoder.Message> {

    /** Headers and body of the request. */
    record Message(MultiMap headers, Buffer body) {}

    private static final char[] HEX = "0123456789ABCDEF".toCharArray();

    private final MultiMap headers = HttpHeaders.headers();

    private HttpEventEncoder(SpecVersion version) {
        headers.set("ce-specversion", version.toString());
    }

    /**
     * Encodes {@code event}.
     *
     * @throws IllegalArgumentException when its content type is not a valid header value
     */
    static Message encode(CloudEvent event) {
        return CloudEventUtils.toReader(event).read(HttpEventEncoder::new);
    }

    @Override
    public CloudEventContextWriter withContextAttribute(String name, String value) {
        if (name.equals("datacontenttype")) {
            headers.set(HttpHeaders.CONTENT_TYPE, value);
        } else {
            headers.set("ce-" + name, percentEncode(value));
        }
        return this;
    }

    @Override
    public Message end(CloudEventData data) {
        return new Message(headers, Buffer.buffer(data.toBytes()));
    }

    @Override
    public Message end() {
        return new Message(headers, Buffer.buffer());
    }

    /** Section 3.1.3.2: space, double quote, percent and all but printable ASCII become %XY of their UTF-8 bytes. */
    private static String percentEncode(String value) {
        return value.chars().allMatch(HttpEventEncoder::isPlain) ? value : percentEncodeBytes(value);
    }

    private static String percentEncodeBytes(String value) {
        StringBuilder encoded = new StringBuilder(value.length() + 16);
        for (byte octet : value.getBytes(StandardCharsets.UTF_8)) {
            if (isPlain(octet)) {
                encoded.append((char) octet);
            } else {
                encoded.append('%').append(HEX[(octet >> 4) & 0xF]).append(HEX[octet & 0xF]);
            }
        }
        return encoded.toString();
    }

    private static boolean isPlain(int character) {
        return character > ' ' && character < 0x7F && character != '"' && character != '%';
    }
}
