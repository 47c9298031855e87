package dev.apiserversource.adapter.watch;

import java.nio.charset.StandardCharsets;

/** Texts as bytes, whole and in part. */
final class Bytes {

    private Bytes() {}

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** The whole of {@code text}, somewhere in the middle of a larger array. */
    static Slice within(String text) {
        byte[] bytes = utf8("{\"no\":1}" + text + "{\"nor\":2}");
        return new Slice(bytes, 8, bytes.length - 9);
    }

    static Slice slice(String text) {
        byte[] bytes = utf8(text);
        return new Slice(bytes, 0, bytes.length);
    }
}
