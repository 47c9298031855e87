package dev.apiserversource.adapter.json;

import org.jspecify.annotations.Nullable;

/**
 * Cuts the bytes of a watch into frames, one JSON text per line. Works on bytes, never on decoded text, so a character may be cut anywhere.
 *
 * <p>Holds one chunk and at most one incomplete frame. What is left when the stream ends is an incomplete frame and is never returned.
 */
public final class LineSplitter {

    private final ByteAccumulator begun = new ByteAccumulator();
    private byte[] chunk = new byte[0];
    private int at;

    /** Takes the next bytes; only when {@link #next} has returned null, that is, when nothing complete is left of the bytes before. */
    public void feed(byte[] bytes) {
        chunk = bytes;
        at = 0;
    }

    /** The next complete frame without its line end, or null when more bytes are needed. Blank lines are passed over. */
    @Nullable
    public ByteSlice next() {
        while (at < chunk.length) {
            int end = indexOfNewline();
            if (end < 0) {
                begun.append(chunk, at, chunk.length);
                at = chunk.length;
                return null;
            }
            ByteSlice frame = take(end);
            at = end + 1;
            if (frame.length() > 0) {
                return frame;
            }
        }
        return null;
    }

    private int indexOfNewline() {
        for (int i = at; i < chunk.length; i++) {
            if (chunk[i] == '\n') {
                return i;
            }
        }
        return -1;
    }

    private ByteSlice take(int end) {
        if (begun.isEmpty()) {
            return new ByteSlice(chunk, at, end);
        }
        begun.append(chunk, at, end);
        return begun.take();
    }
}
