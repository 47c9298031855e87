package dev.apiserversource.samples.eventdisplay;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * The text of an attribute in an HTTP header: CloudEvents HTTP binding 1.0.2, section 3.1.3.2.
 *
 * <p>A header is made of bytes, which the server hands on as one character each. Those that are not ASCII should have been
 * percent-encoded by the sender; when they come as plain UTF-8 they are understood all the same.
 */
final class HeaderValue {

    private static final Pattern QUOTED = Pattern.compile("\".*\"", Pattern.DOTALL);
    private static final Pattern QUOTED_PAIR = Pattern.compile("\\\\(.)", Pattern.DOTALL);

    private HeaderValue() {}

    /**
     * Takes off the quotes of a quoted string, then the percent-encoding, once. A percent sign without two
     * hexadecimal digits behind it stands for itself.
     *
     * @throws Refusal when the bytes are not UTF-8
     */
    static String decode(String name, String value) {
        byte[] bytes = percentDecoded(unquoted(value));
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw Refusal.malformed("the header ce-" + name + " is not UTF-8");
        }
    }

    private static String unquoted(String value) {
        if (value.length() < 2 || !QUOTED.matcher(value).matches()) {
            return value;
        }
        return QUOTED_PAIR.matcher(value.substring(1, value.length() - 1)).replaceAll("$1");
    }

    private static byte[] percentDecoded(String value) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(value.length());
        for (int i = 0; i < value.length(); i++) {
            int encoded = encodedByteAt(value, i);
            bytes.write(encoded < 0 ? value.charAt(i) : encoded);
            i += encoded < 0 ? 0 : 2;
        }
        return bytes.toByteArray();
    }

    /** The byte that the three characters from {@code at} on encode, or -1 when they encode none. */
    private static int encodedByteAt(String value, int at) {
        if (value.charAt(at) != '%' || at + 2 >= value.length()) {
            return -1;
        }
        int high = Character.digit(value.charAt(at + 1), 16);
        int low = Character.digit(value.charAt(at + 2), 16);
        return high < 0 || low < 0 ? -1 : high << 4 | low;
    }
}
