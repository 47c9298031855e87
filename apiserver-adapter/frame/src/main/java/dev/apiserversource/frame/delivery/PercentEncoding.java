package dev.apiserversource.frame.delivery;

import java.nio.charset.StandardCharsets;

/**
 * How the HTTP binding of CloudEvents (section 3.1.3.2) writes an attribute's value as a header: space, double quote, percent and everything outside printable ASCII
 * become {@code %XY} of their UTF-8 bytes.
 */
final class PercentEncoding {

    private static final char[] HEX = "0123456789ABCDEF".toCharArray();

    private PercentEncoding() {}

    /** {@code value} itself when there is nothing to encode, which is the rule. */
    static String encode(String value) {
        return value.chars().allMatch(PercentEncoding::isPlain) ? value : encodeBytes(value);
    }

    private static String encodeBytes(String value) {
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
