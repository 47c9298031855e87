package dev.apiserversource.adapter.json;

import org.jspecify.annotations.Nullable;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Splits the bytes of a watch into frames: one JSON text per line. It works on bytes, because a chunk may end inside a
 * character.
 *
 * <p>Holds one chunk and at most one incomplete frame. A frame that is incomplete when the response ends is never
 * returned.
 */
public final class LineSplitter {

    private static final byte[] NONE = {};
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGH_BITS = 0x8080808080808080L;
    private static final long NEWLINES = ONES * '\n';

    private final ByteAccumulator incomplete = new ByteAccumulator();
    private byte[] chunk = NONE;
    private int position;

    /** Takes the next chunk. Call it only after {@link #next} has returned null: an unread rest would be lost. */
    public void feed(byte[] bytes) {
        chunk = bytes;
        position = 0;
    }

    /** Returns the next complete frame without its line end, or null when more bytes are needed. Skips blank lines. */
    @Nullable
    public ByteSlice next() {
        while (position < chunk.length) {
            int end = indexOfNewline();
            if (end < 0) {
                incomplete.append(chunk, position, chunk.length);
                break;
            }
            ByteSlice frame = take(end);
            position = end + 1;
            if (frame.length() > 0) {
                return frame;
            }
        }
        feed(NONE);
        return null;
    }

    /** The memory that is taken by what is fed and not returned, in bytes. */
    public int heldBytes() {
        return chunk.length + incomplete.capacity();
    }

    /** Looks at eight bytes at a time: a loop over the bytes of a frame takes about as long as parsing them. */
    private int indexOfNewline() {
        int i = position;
        for (; i <= chunk.length - Long.BYTES; i += Long.BYTES) {
            long differences = (long) LONGS.get(chunk, i) ^ NEWLINES;
            // The highest bit of each byte that is zero is set. Bytes above a zero can be wrong, none below it.
            long zeros = (differences - ONES) & ~differences & HIGH_BITS;
            if (zeros != 0) {
                return i + Long.numberOfTrailingZeros(zeros) / Byte.SIZE;
            }
        }
        for (; i < chunk.length; i++) {
            if (chunk[i] == '\n') {
                return i;
            }
        }
        return -1;
    }

    private ByteSlice take(int end) {
        if (incomplete.isEmpty()) {
            return new ByteSlice(chunk, position, end);
        }
        incomplete.append(chunk, position, end);
        return incomplete.take();
    }
}
