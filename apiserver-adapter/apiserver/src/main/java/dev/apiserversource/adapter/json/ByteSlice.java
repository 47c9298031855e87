package dev.apiserversource.adapter.json;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A view of a part of an array. It is valid until the next call of the object that returned it.
 *
 * @param bytes the array
 * @param from index of the first byte
 * @param to index after the last byte
 */
@SuppressWarnings("ArrayRecordComponent") // a view, never compared
public record ByteSlice(byte[] bytes, int from, int to) {

    public int length() {
        return to - from;
    }

    /** The bytes in an array of their own, valid for good. */
    public byte[] copy() {
        return Arrays.copyOfRange(bytes, from, to);
    }

    /** The bytes as UTF-8. */
    public String text() {
        return new String(bytes, from, length(), StandardCharsets.UTF_8);
    }
}
