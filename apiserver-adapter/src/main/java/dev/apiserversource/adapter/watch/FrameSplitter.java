package dev.apiserversource.adapter.watch;

import org.jspecify.annotations.Nullable;

/**
 * Cuts the bytes of a watch into frames, one JSON text per line. Works on bytes, never on decoded text, so a character may be cut anywhere.
 *
 * <p>Holds one chunk and at most one incomplete frame. What is left when the stream ends is an incomplete frame and is never returned.
 */
final class FrameSplitter {

    private final PartialText begun = new PartialText();
    private byte[] chunk = new byte[0];
    private int at;

    /** Takes the next bytes; only when {@link #next} has returned null, that is, when nothing complete is left of the bytes before. */
    void feed(byte[] bytes) {
        chunk = bytes;
        at = 0;
    }

    /** The next complete frame without its line end, or null when more bytes are needed. Blank lines are passed over. */
    @Nullable
    Slice next() {
        while (at < chunk.length) {
            int end = indexOfNewline();
            if (end < 0) {
                begun.append(chunk, at, chunk.length);
                at = chunk.length;
                return null;
            }
            Slice frame = take(end);
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

    private Slice take(int end) {
        if (begun.isEmpty()) {
            return new Slice(chunk, at, end);
        }
        begun.append(chunk, at, end);
        return begun.take();
    }
}
