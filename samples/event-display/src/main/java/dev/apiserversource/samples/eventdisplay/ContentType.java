package dev.apiserversource.samples.eventdisplay;

import org.jspecify.annotations.Nullable;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A media type, as far as it decides how a body is read.
 *
 * @param mediaType type and subtype in lower case, without parameters; empty when none is given
 * @param charset what the bytes of text are encoded in
 */
record ContentType(String mediaType, Charset charset) {

    private static final Pattern CHARSET =
            Pattern.compile(";\\s*charset\\s*=\\s*\"?([^\\s\";]+)", Pattern.CASE_INSENSITIVE);
    private static final String CLOUDEVENTS = "application/cloudevents";

    /** Reads a {@code Content-Type} header or a {@code datacontenttype} attribute; null for one that is not there. */
    static ContentType of(@Nullable String value) {
        if (value == null) {
            return new ContentType("", StandardCharsets.UTF_8);
        }
        int end = value.indexOf(';');
        String mediaType = end < 0 ? value : value.substring(0, end);
        return new ContentType(mediaType.strip().toLowerCase(Locale.ROOT), charsetOf(value));
    }

    /** Whether data of this type are JSON: application/json, text/json, or any type with the suffix +json. */
    boolean isJson() {
        return mediaType.endsWith("/json") || mediaType.endsWith("+json");
    }

    /** Whether a body of this type is an event, or several, with its attributes: structured or batched mode. */
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
            // The data are printed for a reader: mostly legible is better than refused.
            return StandardCharsets.UTF_8;
        }
    }
}
