package dev.apiserversource.adapter.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Finds where values begin and end in the bytes of a JSON object, without decoding them. The object must be valid JSON:
 * {@link MetadataParser} has read it to its end.
 */
public final class JsonBytes {

    private static final JsonFactory JSON = new JsonFactory();

    private JsonBytes() {}

    /** Reads one member of an object. */
    @FunctionalInterface
    public interface MemberReader {

        /**
         * A member.
         *
         * @param key index of the opening quote of its name
         * @param keyEnd index after the closing quote
         * @param value index of the first byte of its value
         * @return index after the value
         */
        int read(int key, int keyEnd, int value);
    }

    /** Reads the members of the object that begins at {@code at}. Returns the index after it. */
    public static int eachMember(byte[] bytes, int at, MemberReader reader) {
        int i = skipSpace(bytes, at + 1);
        while (bytes[i] != '}') {
            int keyEnd = endOfString(bytes, i);
            int value = skipSpace(bytes, skipSpace(bytes, keyEnd) + 1);
            i = nextAfter(bytes, reader.read(i, keyEnd, value));
        }
        return i + 1;
    }

    /** Behind a value: the index of the next member or element, or of the bracket that follows. */
    static int nextAfter(byte[] bytes, int valueEnd) {
        int i = skipSpace(bytes, valueEnd);
        return bytes[i] == ',' ? skipSpace(bytes, i + 1) : i;
    }

    static int skipSpace(byte[] bytes, int at) {
        int i = at;
        while (bytes[i] == ' ' || bytes[i] == '\n' || bytes[i] == '\r' || bytes[i] == '\t') {
            i++;
        }
        return i;
    }

    /** The index after the value that begins at {@code at}, within an object or array. */
    public static int endOfValue(byte[] bytes, int at) {
        return switch (bytes[at]) {
            case '"' -> endOfString(bytes, at);
            case '{', '[' -> endOfContainer(bytes, at);
            default -> endOfLiteral(bytes, at);
        };
    }

    private static int endOfContainer(byte[] bytes, int at) {
        int depth = 0;
        int i = at;
        do {
            switch (bytes[i]) {
                case '"' -> i = endOfString(bytes, i);
                case '{', '[' -> {
                    depth++;
                    i++;
                }
                case '}', ']' -> {
                    depth--;
                    i++;
                }
                default -> i++;
            }
        } while (depth > 0);
        return i;
    }

    /** A number, true, false or null. */
    private static int endOfLiteral(byte[] bytes, int at) {
        int i = at;
        while (bytes[i] > ' ' && bytes[i] != ',' && bytes[i] != '}' && bytes[i] != ']') {
            i++;
        }
        return i;
    }

    private static int endOfString(byte[] bytes, int at) {
        int i = at + 1;
        while (bytes[i] != '"') {
            i += bytes[i] == '\\' ? 2 : 1;
        }
        return i + 1;
    }

    /** Whether the string from the quote at {@code from} to before {@code to} is {@code name}, in UTF-8. */
    public static boolean isString(byte[] bytes, int from, int to, byte[] name) {
        return hasEscape(bytes, from, to)
                ? Arrays.equals(decoded(bytes, from, to).getBytes(StandardCharsets.UTF_8), name)
                : Arrays.equals(bytes, from + 1, to - 1, name, 0, name.length);
    }

    /** The string from the quote at {@code from} to before {@code to}. */
    static String text(byte[] bytes, int from, int to) {
        return hasEscape(bytes, from, to)
                ? decoded(bytes, from, to)
                : new String(bytes, from + 1, to - from - 2, StandardCharsets.UTF_8);
    }

    private static boolean hasEscape(byte[] bytes, int from, int to) {
        for (int i = from + 1; i < to - 1; i++) {
            if (bytes[i] == '\\') {
                return true;
            }
        }
        return false;
    }

    private static String decoded(byte[] bytes, int from, int to) {
        try (JsonParser parser = JSON.createParser(bytes, from, to - from)) {
            return parser.nextTextValue();
        } catch (IOException malformed) {
            throw new IllegalArgumentException(malformed);
        }
    }
}
