package dev.apiserversource.adapter.json;

import java.nio.charset.StandardCharsets;

/** Converts texts to bytes. */
public final class Bytes {

    private Bytes() {}

    public static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** A slice with {@code text} in the middle of a larger array. */
    public static ByteSlice within(String text) {
        byte[] bytes = utf8("{\"no\":1}" + text + "{\"nor\":2}");
        return new ByteSlice(bytes, 8, bytes.length - 9);
    }

    public static ByteSlice slice(String text) {
        byte[] bytes = utf8(text);
        return new ByteSlice(bytes, 0, bytes.length);
    }
}
