package dev.apiserversource.samples.eventreceiver;

import io.cloudevents.CloudEvent;
import io.cloudevents.http.vertx.VertxMessageFactory;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Binary content mode: attributes are headers, the body is the data.
 *
 * <p>The SDK takes header values literally, and of a repeated header the last one. So quotes and percent-encoding are
 * decoded here first, and repeated headers rejected: CloudEvents HTTP binding 1.0.2, section 3.1.3.2.
 */
final class BinaryDecoder {

    private static final String PREFIX = "ce-";
    private static final Pattern QUOTED = Pattern.compile("\".*\"", Pattern.DOTALL);
    private static final Pattern QUOTED_PAIR = Pattern.compile("\\\\(.)", Pattern.DOTALL);

    private BinaryDecoder() {}

    /** Whether one of {@code headers} is an attribute. */
    static boolean hasAttribute(MultiMap headers) {
        return headers.names().stream().anyMatch(BinaryDecoder::isAttribute);
    }

    /**
     * Decodes a request whose headers have at least one attribute.
     *
     * @throws RejectedRequestException when the event violates the specification
     */
    static ReceivedEvent decode(MultiMap headers, Buffer body) {
        MultiMap decoded = decodedHeaders(headers);
        CloudEvent event = EventValidator.read(
                () -> VertxMessageFactory.createReader(decoded, body).toEvent());
        return new ReceivedEvent(event, decoded.get(PREFIX + "time"), ReceivedEvent.Data.of(event));
    }

    private static MultiMap decodedHeaders(MultiMap headers) {
        MultiMap decoded = MultiMap.caseInsensitiveMultiMap();
        headers.forEach((header, value) -> {
            if (isAttribute(header)) {
                add(decoded, header.toLowerCase(Locale.ROOT), value);
            }
        });
        String contentType = headers.get(HttpHeaders.CONTENT_TYPE);
        if (contentType != null) {
            decoded.set(HttpHeaders.CONTENT_TYPE, contentType);
        }
        return decoded;
    }

    private static void add(MultiMap decoded, String header, String value) {
        if (decoded.contains(header)) {
            throw RejectedRequestException.malformed("the header " + header + " is there more than once");
        }
        decoded.set(header, decodedValue(header, value));
    }

    private static boolean isAttribute(String header) {
        return header.regionMatches(true, 0, PREFIX, 0, PREFIX.length());
    }

    /** Removes the quotes of a quoted string, then decodes percent-encoding once. */
    private static String decodedValue(String header, String value) {
        byte[] bytes = percentDecoded(unquoted(value));
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw RejectedRequestException.malformed("the header " + header + " is not UTF-8");
        }
    }

    private static String unquoted(String value) {
        if (value.length() < 2 || !QUOTED.matcher(value).matches()) {
            return value;
        }
        return QUOTED_PAIR.matcher(value.substring(1, value.length() - 1)).replaceAll("$1");
    }

    /**
     * The bytes of {@code value}. Vert.x passes each byte of a header as one character, so plain UTF-8 is accepted too.
     * A percent sign that is not followed by two hexadecimal digits stands for itself.
     */
    private static byte[] percentDecoded(String value) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(value.length());
        for (int i = 0; i < value.length(); i++) {
            int encoded = encodedByteAt(value, i);
            bytes.write(encoded < 0 ? value.charAt(i) : encoded);
            i += encoded < 0 ? 0 : 2;
        }
        return bytes.toByteArray();
    }

    /** The byte that the three characters at {@code at} encode, or -1 when they encode none. */
    private static int encodedByteAt(String value, int at) {
        if (value.charAt(at) != '%' || at + 2 >= value.length()) {
            return -1;
        }
        int high = Character.digit(value.charAt(at + 1), 16);
        int low = Character.digit(value.charAt(at + 2), 16);
        return high < 0 || low < 0 ? -1 : high << 4 | low;
    }
}
