package dev.apiserversource.adapter.json;

import org.jspecify.annotations.Nullable;

/**
 * Cuts the bytes of a list ({@code {"kind":…,"metadata":{…},"items":[{…},{…}]}}) into its items, as they come, so that a list of any
 * length needs the memory of one item. The rest, the list without its items, is left as the {@link #envelope()}.
 *
 * <p>Follows the structure of JSON and nothing else: strings with their escapes, and how deep braces and brackets are nested.
 */
public final class ListSplitter {

    private enum Part {
        ENVELOPE,
        ITEM,
        BETWEEN
    }

    private static final int ITEMS_DEPTH = 2;
    private static final String ITEMS = "items";

    private final ByteAccumulator envelope = new ByteAccumulator();
    private final ByteAccumulator item = new ByteAccumulator();
    private final StringBuilder key = new StringBuilder();
    private byte[] chunk = new byte[0];
    private int at;
    private Part part = Part.ENVELOPE;
    private int depth;
    private boolean inString;
    private boolean escaped;

    /** Takes the next bytes; only when {@link #next} has returned null. */
    public void feed(byte[] bytes) {
        chunk = bytes;
        at = 0;
    }

    /** The next complete item, or null when more bytes are needed. */
    @Nullable
    public ByteSlice next() {
        int from = at;
        while (at < chunk.length) {
            if (part == Part.BETWEEN) {
                enter(chunk[at]);
                from = at;
            }
            follow(chunk[at++]);
            if (part == Part.ENVELOPE && itemsBegin()) {
                envelope.append(chunk, from, at);
                part = Part.BETWEEN;
            } else if (part == Part.ITEM && depth == ITEMS_DEPTH) {
                item.append(chunk, from, at);
                part = Part.BETWEEN;
                return item.take();
            }
        }
        keep(from);
        return null;
    }

    /** The list without its items: valid JSON once the whole list has been fed, and only then. */
    public ByteSlice envelope() {
        return envelope.take();
    }

    /** Between two items: a brace opens the next, the bracket ends them all, anything else is a comma or white space. */
    private void enter(byte b) {
        if (b == '{') {
            part = Part.ITEM;
        } else if (b == ']') {
            part = Part.ENVELOPE;
        }
    }

    private void keep(int from) {
        switch (part) {
            case ENVELOPE -> envelope.append(chunk, from, at);
            case ITEM -> item.append(chunk, from, at);
            case BETWEEN -> {}
        }
    }

    /** Whether the bracket just read opened the array named items; the last string at depth one was its name. */
    private boolean itemsBegin() {
        return depth == ITEMS_DEPTH && !inString && chunk[at - 1] == '[' && ITEMS.contentEquals(key);
    }

    private void follow(byte b) {
        if (inString) {
            followString(b);
            return;
        }
        switch (b) {
            case '"' -> beginString();
            case '{', '[' -> depth++;
            case '}', ']' -> depth--;
            default -> {}
        }
    }

    private void beginString() {
        inString = true;
        if (depth == 1) {
            key.setLength(0);
        }
    }

    private void followString(byte b) {
        if (escaped) {
            escaped = false;
        } else if (b == '\\') {
            escaped = true;
        } else if (b == '"') {
            inString = false;
        } else if (depth == 1) {
            key.append((char) b);
        }
    }
}
