package dev.apiserversource.loadtests.adapter;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;

import java.util.Locale;

/**
 * One line of the adapter's log. The constants are the texts that tests look for: a change of wording in the
 * adapter is a change here and nowhere else.
 *
 * @param text the line as printed
 * @param json the line's object; missing when the line is not JSON, as with the JVM's own messages
 */
public record LogLine(String text, JsonNode json) {

    /** The probes are served on the port in field {@code port}. */
    public static final String PROBES_LISTENING = "probes listening";

    /** The metrics are served on the port in field {@code port}. */
    public static final String METRICS_LISTENING = "metrics listening";

    /** SIGTERM was received. */
    public static final String DRAINING = "draining";

    /** The drain is over; field {@code pending} counts undelivered events. */
    public static final String DRAINED = "drained";

    /** A stretch of history is missing; final states are known. */
    public static final String GAP_CLOSED = "gap closed";

    /** States of one object are missing, because too many of them were pending; its final state is known. */
    public static final String OBJECT_GAP_CLOSED = "gap of an object closed";

    /** The watch resumes where the checkpoint says. */
    public static final String RESUMED_FROM_CHECKPOINT = "resumed from checkpoint";

    /** History no longer reaches back to the position that was read, but to a later one that a list has shown. */
    public static final String RESUMED_AT_ASSUMED_POSITION = "no history at the proven position";

    /** There is no checkpoint: a first start. */
    public static final String NO_CHECKPOINT = "no checkpoint found";

    /** The checkpoint is damaged or of another cluster. */
    public static final String CHECKPOINT_UNUSABLE = "checkpoint unusable";

    /** The checkpoint was deleted by another client. */
    public static final String CHECKPOINT_DELETED = "checkpoint was deleted";

    /** The API server refuses writes of the checkpoint. */
    public static final String CHECKPOINT_NOT_WRITTEN = "checkpoint write failed";

    /** The API server refuses more shards; the existing ones take the objects. */
    public static final String CHECKPOINT_CANNOT_GROW = "checkpoint cannot grow";

    /** The checkpoint cannot be read yet, so nothing is watched. */
    public static final String WAITING_FOR_CHECKPOINT = "waiting for the checkpoint";

    private static final ObjectMapper JSON = new ObjectMapper();

    static LogLine of(String text) {
        try {
            return new LogLine(text, JSON.readTree(text));
        } catch (JsonProcessingException e) {
            return new LogLine(text, MissingNode.getInstance());
        }
    }

    /** The message without its fields. */
    public String message() {
        return json.path("msg").asText();
    }

    /** Whether the message begins with {@code beginning}, one of the constants. */
    public boolean says(String beginning) {
        return message().startsWith(beginning);
    }

    /** Whether message or fields contain {@code word}, in upper or lower case. */
    public boolean mentions(String word) {
        return text.toLowerCase(Locale.ROOT).contains(word.toLowerCase(Locale.ROOT));
    }

    /** The field of that name as text; empty when there is none. */
    public String field(String name) {
        return json.path(name).asText();
    }
}
