package dev.apiserversource.loadtests.compare.feed;

import java.nio.charset.StandardCharsets;

/**
 * JSON text in which a few fields of fixed width are replaced: the number of an object (twice, in its name and in its
 * uid), its resourceVersion and a time stamp. So an object costs one copy of memory and some digits.
 */
final class Template {

    /** Digits of an object's number: up to ten million objects. */
    static final String NUMBER = "#######";

    /** As {@link #NUMBER}, for the second place. */
    static final String UID_NUMBER = "@@@@@@@";

    /** Digits of a resourceVersion. */
    static final String VERSION = "$$$$$$$$$$";

    /** Digits of {@link System#nanoTime()}. */
    static final String STAMP = "~~~~~~~~~~~~~~~~~~~";

    private final byte[] text;
    private final int number;
    private final int uidNumber;
    private final int version;
    private final int stamp;

    /** A template of ASCII text. Places that do not occur in it are not filled in. */
    Template(String text) {
        this.text = text.getBytes(StandardCharsets.US_ASCII);
        this.number = text.indexOf(NUMBER);
        this.uidNumber = text.indexOf(UID_NUMBER);
        this.version = text.indexOf(VERSION);
        this.stamp = text.indexOf(STAMP);
    }

    int length() {
        return text.length;
    }

    /** Writes the text with these values to {@code target} from index {@code at} on; returns the index behind it. */
    int fill(byte[] target, int at, long objectNumber, long resourceVersion, long nanos) {
        System.arraycopy(text, 0, target, at, text.length);
        digits(target, at, number, NUMBER.length(), objectNumber);
        digits(target, at, uidNumber, UID_NUMBER.length(), objectNumber);
        digits(target, at, version, VERSION.length(), resourceVersion);
        digits(target, at, stamp, STAMP.length(), nanos);
        return at + text.length;
    }

    private static void digits(byte[] target, int at, int place, int width, long value) {
        if (place < 0) {
            return;
        }
        long rest = value;
        for (int digit = at + place + width - 1; digit >= at + place; digit--) {
            target[digit] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
    }
}
