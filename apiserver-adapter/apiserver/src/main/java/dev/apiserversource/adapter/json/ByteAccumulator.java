package dev.apiserversource.adapter.json;

import java.util.Arrays;

/** A JSON text of which only a part has come so far; grows as needed and lets go of what one large text made it grow to. */
public final class ByteAccumulator {

    private static final int KEPT_CAPACITY = 64 * 1024;

    private byte[] bytes = new byte[0];
    private int length;

    public boolean isEmpty() {
        return length == 0;
    }

    public int length() {
        return length;
    }

    public void append(byte[] source, int from, int to) {
        int needed = length + to - from;
        if (needed > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(needed, bytes.length * 2));
        }
        System.arraycopy(source, from, bytes, length, to - from);
        length = needed;
    }

    /** All that was appended; the next text starts empty. */
    public ByteSlice take() {
        ByteSlice whole = new ByteSlice(bytes, 0, length);
        length = 0;
        if (bytes.length > KEPT_CAPACITY) {
            bytes = new byte[0];
        }
        return whole;
    }
}
