package dev.apiserversource.loadtests.compare.sink;

import java.nio.charset.StandardCharsets;
import java.util.function.LongConsumer;

/** Finds the time stamp of the write in a body, also when the body arrives in pieces. */
final class StampScanner implements RequestScanner.Body {

    /** What precedes the digits of a stamp. The first character occurs in it once. */
    private static final byte[] MARKER = "\"nanos-".getBytes(StandardCharsets.US_ASCII);

    private static final int DIGITS = 19;

    private final LongConsumer found;
    private int matched;
    private int digits;
    private long stamp;

    /** Passes each stamp, in nanoseconds of {@link System#nanoTime()}. */
    StampScanner(LongConsumer found) {
        this.found = found;
    }

    @Override
    public void bytes(byte[] bytes, int from, int to) {
        for (int at = from; at < to; at++) {
            if (matched == MARKER.length) {
                digit(bytes[at]);
            } else if (bytes[at] == MARKER[matched]) {
                matched++;
            } else {
                matched = bytes[at] == MARKER[0] ? 1 : 0;
            }
        }
    }

    private void digit(byte digit) {
        stamp = stamp * 10 + digit - '0';
        digits++;
        if (digits == DIGITS) {
            found.accept(stamp);
            matched = 0;
            digits = 0;
            stamp = 0;
        }
    }
}
