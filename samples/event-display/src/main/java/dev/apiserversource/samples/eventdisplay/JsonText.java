package dev.apiserversource.samples.eventdisplay;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;

import java.io.IOException;

/** Lays JSON out over lines without touching a name, a string or a number of it. */
final class JsonText {

    private static final JsonFactory FACTORY = new JsonFactory();
    private static final String STEP = "  ";

    private final String json;
    private final StringBuilder out;
    private int depth;

    private JsonText(String json) {
        this.json = json;
        this.out = new StringBuilder(json.length() * 2);
    }

    /** {@code json} with one member or element a line, indented by two; returned as it is when it is not valid JSON. */
    static String indented(String json) {
        return isValid(json) ? new JsonText(json).layOut() : json;
    }

    private static boolean isValid(String json) {
        try (JsonParser parser = FACTORY.createParser(json)) {
            if (parser.nextToken() == null) {
                return false;
            }
            parser.skipChildren();
            return parser.nextToken() == null;
        } catch (IOException malformed) {
            return false;
        }
    }

    private String layOut() {
        int at = 0;
        while (at < json.length()) {
            at = json.charAt(at) == '"' ? string(at) : structure(at);
        }
        return out.toString();
    }

    /** Copies the string that begins at {@code from} and returns the place behind it. */
    private int string(int from) {
        int at = from + 1;
        while (json.charAt(at) != '"') {
            at += json.charAt(at) == '\\' ? 2 : 1;
        }
        out.append(json, from, at + 1);
        return at + 1;
    }

    private int structure(int at) {
        char c = json.charAt(at);
        switch (c) {
            case '{', '[' -> {
                return open(at);
            }
            case '}', ']' -> {
                depth--;
                newLine().append(c);
            }
            case ',' -> {
                out.append(c);
                newLine();
            }
            case ':' -> out.append(": ");
            case ' ', '\t', '\r', '\n' -> {
                // The layout is ours.
            }
            default -> out.append(c);
        }
        return at + 1;
    }

    /** Opens an object or array, closing it at once when it is empty; returns the place behind what was written. */
    private int open(int at) {
        out.append(json.charAt(at));
        int next = at + 1;
        while (Character.isWhitespace(json.charAt(next))) {
            next++;
        }
        if (json.charAt(next) == '}' || json.charAt(next) == ']') {
            out.append(json.charAt(next));
            return next + 1;
        }
        depth++;
        newLine();
        return next;
    }

    private StringBuilder newLine() {
        return out.append('\n').append(STEP.repeat(depth));
    }
}
