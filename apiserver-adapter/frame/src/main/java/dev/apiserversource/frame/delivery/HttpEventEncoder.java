package dev.apiserversource.frame.delivery;

import io.cloudevents.CloudEvent;
import io.cloudevents.CloudEventData;
import io.cloudevents.SpecVersion;
import io.cloudevents.core.CloudEventUtils;
import io.cloudevents.rw.CloudEventContextWriter;
import io.cloudevents.rw.CloudEventWriter;
import io.cloudevents.types.Time;
import io.netty.buffer.Unpooled;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;

import java.nio.charset.StandardCharsets;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

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

    private static final int MIN_YEAR = 1000;
    private static final int MAX_YEAR = 9999;

    private static final CharSequence SPEC_VERSION = HttpHeaders.createOptimized("ce-specversion");

    /** The headers of common attributes, hashed once. */
    private static final Map<String, CharSequence> HEADERS = Stream.of(
                    "id",
                    "source",
                    "type",
                    "subject",
                    "time",
                    "dataschema",
                    "apiversion",
                    "kind",
                    "name",
                    "namespace",
                    "resourceversion")
            .collect(Collectors.toUnmodifiableMap(name -> name, name -> HttpHeaders.createOptimized("ce-" + name)));

    private final MultiMap headers = HttpHeaders.headers();

    private HttpEventEncoder(SpecVersion version) {
        headers.add(SPEC_VERSION, version.toString());
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
            headers.add(HttpHeaders.CONTENT_TYPE, value);
        } else {
            CharSequence header = HEADERS.get(name);
            headers.add(header == null ? "ce-" + name : header, percentEncode(value));
        }
        return this;
    }

    @Override
    public CloudEventContextWriter withContextAttribute(String name, OffsetDateTime value) {
        return withContextAttribute(name, timestamp(value));
    }

    /** As in RFC 3339. The formatter of the JDK takes as long as all other attributes together. */
    static String timestamp(OffsetDateTime time) {
        boolean fourDigits = time.getYear() >= MIN_YEAR && time.getYear() <= MAX_YEAR;
        if (!fourDigits || !time.getOffset().equals(ZoneOffset.UTC)) {
            return Time.writeTime(time);
        }
        StringBuilder text = new StringBuilder(30);
        text.append(time.getYear());
        twoDigits(text.append('-'), time.getMonthValue());
        twoDigits(text.append('-'), time.getDayOfMonth());
        twoDigits(text.append('T'), time.getHour());
        twoDigits(text.append(':'), time.getMinute());
        twoDigits(text.append(':'), time.getSecond());
        if (time.getNano() > 0) {
            fraction(text.append('.'), time.getNano());
        }
        return text.append('Z').toString();
    }

    private static void twoDigits(StringBuilder text, int number) {
        text.append((char) ('0' + number / 10)).append((char) ('0' + number % 10));
    }

    private static void fraction(StringBuilder text, int nanos) {
        int rest = nanos;
        for (int digit = 100_000_000; rest > 0; digit /= 10) {
            text.append((char) ('0' + rest / digit));
            rest %= digit;
        }
    }

    @Override
    @SuppressWarnings("deprecation") // no other method makes a buffer of an array without a copy
    public Message end(CloudEventData data) {
        return new Message(headers, Buffer.buffer(Unpooled.wrappedBuffer(data.toBytes())));
    }

    @Override
    public Message end() {
        return new Message(headers, Buffer.buffer());
    }

    /** Section 3.1.3.2: space, double quote, percent and all but printable ASCII become %XY of their UTF-8 bytes. */
    private static String percentEncode(String value) {
        for (int i = 0; i < value.length(); i++) {
            if (!isPlain(value.charAt(i))) {
                return percentEncodeBytes(value);
            }
        }
        return value;
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
