package dev.apiserversource.ping;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * What a later process needs to lose no tick and to repeat none. It is as large as the number of sources that lag, not
 * as the number of sources: every tick up to {@code through} is settled, but for those of the sources in {@code
 * lagging}.
 *
 * <pre>
 *   {"through":"2026-01-02T03:04:05Z","lagging":{"&lt;uid&gt;":"2026-01-02T03:00:00Z 1c2f"}}
 * </pre>
 *
 * <p>13,000 lagging sources fit into a ConfigMap.
 *
 * @param through when this was true
 * @param lagging by uid of the source
 */
record Checkpoint(Instant through, Map<String, Lag> lagging) {

    /** A tick that is not later than this was due during a handover from one process to the next, and is sent. */
    static final Duration HANDOVER = Duration.ofMinutes(1);

    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * A source with ticks at or before {@code through} that are not settled.
     *
     * @param settled all its ticks up to this time are settled
     * @param schedule a hash of the schedule that the ticks are of
     */
    record Lag(Instant settled, String schedule) {

        static Lag of(Instant settled, PingSource.Timetable timetable) {
            return new Lag(settled, Integer.toHexString(timetable.text().hashCode()));
        }

        private static Lag parse(String text) {
            int space = Math.max(0, text.indexOf(' '));
            return new Lag(
                    Instant.parse(text.substring(0, space)),
                    text.substring(space).strip());
        }

        boolean isOf(PingSource.Timetable timetable) {
            return equals(of(settled, timetable));
        }
    }

    /** For a process without predecessor, or none that is known. What was due during a handover is sent. */
    static Checkpoint none(Instant now) {
        return new Checkpoint(now.minus(HANDOVER), Map.of());
    }

    byte[] encode() {
        ObjectNode json = JSON.createObjectNode().put("through", through.toString());
        ObjectNode sources = json.putObject("lagging");
        lagging.forEach((uid, lag) -> sources.put(uid, lag.settled + " " + lag.schedule));
        return json.toString().getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Decodes what {@link #encode} made, in this release or an earlier one.
     *
     * @throws IOException when it is of another form
     */
    static Checkpoint decode(byte[] bytes) throws IOException {
        try {
            JsonNode json = JSON.readTree(bytes);
            Map<String, Lag> lagging = new HashMap<>();
            json.path("lagging")
                    .properties()
                    .forEach(source -> lagging.put(
                            source.getKey(), Lag.parse(source.getValue().asText())));
            return new Checkpoint(Instant.parse(json.path("through").asText()), lagging);
        } catch (DateTimeException malformed) {
            throw new IOException("not a time: " + malformed.getMessage(), malformed);
        }
    }
}
