package dev.apiserversource.adapter.state;

import java.time.Instant;
import java.util.Optional;

/**
 * How far a stream has replayed its objects.
 *
 * @param value names the replay
 * @param started when the stream has begun
 * @param upTo {@code namespace/name}: every object up to this one, in the order of lists, is settled; empty for none
 * @param objects how many objects those are, without what filters leave out
 * @param completed when the last object was settled; empty while objects are left
 */
public record ReplayMark(String value, Instant started, String upTo, long objects, Optional<Instant> completed) {

    private static final int PARTS = 5;

    /** Nothing was replayed yet. */
    static ReplayMark start(String value, Instant now) {
        return new ReplayMark(value, now, "", 0, Optional.empty());
    }

    ReplayMark upTo(String object, long count) {
        return new ReplayMark(value, started, object, count, Optional.empty());
    }

    ReplayMark completedAt(Instant now) {
        return new ReplayMark(value, started, upTo, objects, Optional.of(now));
    }

    /** For other objects than those of this mark: a replay that is not complete starts over. */
    ReplayMark forOtherObjects() {
        return completed.isPresent() ? this : start(value, started);
    }

    /** The form that is stored. No part contains a line feed. */
    public String text() {
        String end = completed.map(at -> String.valueOf(at.toEpochMilli())).orElse("");
        return String.join("\n", value, String.valueOf(started.toEpochMilli()), String.valueOf(objects), end, upTo);
    }

    /**
     * The reverse of {@link #text}.
     *
     * @throws IllegalArgumentException when it is another text
     */
    public static ReplayMark of(String text) {
        String[] parts = text.split("\n", PARTS);
        if (parts.length < PARTS) {
            throw new IllegalArgumentException("no mark of a replay: " + text);
        }
        Optional<Instant> completed = parts[3].isEmpty() ? Optional.empty() : Optional.of(instant(parts[3]));
        return new ReplayMark(parts[0], instant(parts[1]), parts[4], Long.parseLong(parts[2]), completed);
    }

    private static Instant instant(String millis) {
        return Instant.ofEpochMilli(Long.parseLong(millis));
    }
}
