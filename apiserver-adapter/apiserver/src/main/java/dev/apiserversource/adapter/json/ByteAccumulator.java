package dev.apiserversource.adapter.json;

import java.util.Arrays;

/** Collects the parts of one text. The buffer grows as needed and is released after a large text. */
public final class ByteAccumulator {

    private static final int MAX_KEPT_CAPACITY = 16 * 1024;

    private byte[] bytes = new byte[0];
    private int length;

    public boolean isEmpty() {
        return length == 0;
    }

    public int length() {
        return length;
    }

    /** The memory that is taken, in bytes. */
    int capacity() {
        return bytes.length;
    }

    /** Appends the bytes of {@code source} from index {@code from} to before {@code to}. */
    public void append(byte[] source, int from, int to) {
        int needed = length + to - from;
        if (needed > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(needed, bytes.length * 2));
        }
        System.arraycopy(source, from, bytes, length, to - from);
        length = needed;
    }

    /** Returns everything appended so far and starts the next text. The slice is valid until the next append. */
    public ByteSlice take() {
        ByteSlice whole = new ByteSlice(bytes, 0, length);
        length = 0;
        if (bytes.length > MAX_KEPT_CAPACITY) {
            bytes = new byte[0];
        }
        return whole;
    }
}
