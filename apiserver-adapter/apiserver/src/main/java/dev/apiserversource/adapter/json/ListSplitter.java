package dev.apiserversource.adapter.json;

import org.jspecify.annotations.Nullable;

/**
 * Splits the bytes of a list ({@code {"kind":…,"metadata":{…},"items":[{…},{…}]}}) into its items while they arrive. A
 * list of any length needs the memory of one item. The list without its items remains as the {@link #envelope()}.
 *
 * <p>Tracks strings, escapes and the nesting of braces and brackets, and parses nothing else.
 */
public final class ListSplitter {

    private enum Part {
        ENVELOPE,
        ITEM,
        BETWEEN_ITEMS
    }

    private static final int ITEMS_DEPTH = 2;
    private static final String ITEMS = "items";
    private static final byte[] NONE = {};

    private final ByteAccumulator envelope = new ByteAccumulator();
    private final ByteAccumulator item = new ByteAccumulator();
    private final StringBuilder key = new StringBuilder();
    private byte[] chunk = NONE;
    private int position;
    private Part part = Part.ENVELOPE;
    private int depth;
    private boolean inString;
    private boolean escaped;

    /** Takes the next chunk. Call it only after {@link #next} has returned null: an unread rest would be lost. */
    public void feed(byte[] bytes) {
        chunk = bytes;
        position = 0;
    }

    /** Returns the next complete item, or null when more bytes are needed. */
    @Nullable
    public ByteSlice next() {
        int from = position;
        while (position < chunk.length) {
            if (part == Part.BETWEEN_ITEMS) {
                leaveSeparator(chunk[position]);
                from = position;
            }
            track(chunk[position++]);
            if (part == Part.ENVELOPE && itemsBegin()) {
                envelope.append(chunk, from, position);
                part = Part.BETWEEN_ITEMS;
            } else if (part == Part.ITEM && depth == ITEMS_DEPTH) {
                item.append(chunk, from, position);
                part = Part.BETWEEN_ITEMS;
                return item.take();
            }
        }
        keepPart(from);
        feed(NONE);
        return null;
    }

    /** The memory that is taken by what is fed and not returned, in bytes. */
    public int heldBytes() {
        return chunk.length + item.capacity() + envelope.capacity();
    }

    /** Returns the list without its items. It is valid JSON only if the whole list was fed. */
    public ByteSlice envelope() {
        return envelope.take();
    }

    /** A brace starts the next item, the bracket ends the array; anything else is a comma or white space. */
    private void leaveSeparator(byte b) {
        if (b == '{') {
            part = Part.ITEM;
        } else if (b == ']') {
            part = Part.ENVELOPE;
        }
    }

    private void keepPart(int from) {
        switch (part) {
            case ENVELOPE -> envelope.append(chunk, from, position);
            case ITEM -> item.append(chunk, from, position);
            case BETWEEN_ITEMS -> {}
        }
    }

    /** Whether the bracket just read starts the array {@code items}: the last string at depth 1 is its name. */
    private boolean itemsBegin() {
        return depth == ITEMS_DEPTH && !inString && chunk[position - 1] == '[' && ITEMS.contentEquals(key);
    }

    private void track(byte b) {
        if (inString) {
            trackString(b);
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

    private void trackString(byte b) {
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
