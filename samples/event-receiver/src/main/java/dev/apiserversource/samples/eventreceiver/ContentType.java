package dev.apiserversource.samples.eventreceiver;

import org.jspecify.annotations.Nullable;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The parts of a media type that decide how a body is decoded.
 *
 * @param mediaType type and subtype in lower case, without parameters; empty when absent
 * @param charset encoding of text; UTF-8 unless another one is declared
 */
record ContentType(String mediaType, Charset charset) {

    private static final Pattern CHARSET =
            Pattern.compile(";\\s*charset\\s*=\\s*\"?([^\\s\";]+)", Pattern.CASE_INSENSITIVE);
    private static final String CLOUDEVENTS = "application/cloudevents";

    /** Parses a {@code Content-Type} header or a {@code datacontenttype} attribute; null when absent. */
    static ContentType of(@Nullable String value) {
        if (value == null) {
            return new ContentType("", StandardCharsets.UTF_8);
        }
        int end = value.indexOf(';');
        String mediaType = end < 0 ? value : value.substring(0, end);
        return new ContentType(mediaType.strip().toLowerCase(Locale.ROOT), charsetOf(value));
    }

    /** Whether it is application/json, text/json, or has the suffix +json. */
    boolean isJson() {
        return mediaType.endsWith("/json") || mediaType.endsWith("+json");
    }

    /** Whether the body contains attributes as well as data: structured or batched mode, in any format. */
    boolean isCloudEvents() {
        return mediaType.startsWith(CLOUDEVENTS);
    }

    boolean isStructuredJson() {
        return mediaType.equals(CLOUDEVENTS + "+json");
    }

    boolean isBatchJson() {
        return mediaType.equals(CLOUDEVENTS + "-batch+json");
    }

    private static Charset charsetOf(String value) {
        Matcher parameter = CHARSET.matcher(value);
        if (!parameter.find()) {
            return StandardCharsets.UTF_8;
        }
        try {
            return Charset.forName(parameter.group(1));
        } catch (IllegalArgumentException unknown) {
            // For display, mostly legible text is better than a rejected event.
            return StandardCharsets.UTF_8;
        }
    }
}
