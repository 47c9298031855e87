package dev.apiserversource.frame.delivery;

import io.vertx.core.buffer.Buffer;

import java.nio.charset.StandardCharsets;

/** The beginning of an answer's body; of the rest only the length is kept. */
final class BodyPreview {

    private static final int KEPT = 1024;

    private final Buffer beginning = Buffer.buffer();
    private long length;

    void add(Buffer chunk) {
        length += chunk.length();
        int wanted = Math.min(KEPT - beginning.length(), chunk.length());
        beginning.appendBuffer(chunk, 0, wanted);
    }

    /** Bytes seen so far, kept or not. */
    long length() {
        return length;
    }

    /** As text; bytes that are not UTF-8 show as replacement characters. */
    String text() {
        return beginning.toString(StandardCharsets.UTF_8);
    }
}
