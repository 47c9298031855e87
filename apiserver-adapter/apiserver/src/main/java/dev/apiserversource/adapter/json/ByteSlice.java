package dev.apiserversource.adapter.json;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A part of an array, valid until the next call of whoever handed it out.
 *
 * @param bytes the array
 * @param from the first byte
 * @param to the byte after the last
 */
@SuppressWarnings("ArrayRecordComponent") // a view, compared by nobody
public record ByteSlice(byte[] bytes, int from, int to) {

    public int length() {
        return to - from;
    }

    public byte[] copy() {
        return Arrays.copyOfRange(bytes, from, to);
    }

    public String text() {
        return new String(bytes, from, length(), StandardCharsets.UTF_8);
    }
}
