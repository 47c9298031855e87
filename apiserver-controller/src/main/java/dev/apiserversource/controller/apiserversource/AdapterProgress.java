package dev.apiserversource.controller.apiserversource;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.apiserversource.controller.api.Condition;
import dev.apiserversource.controller.status.ConditionValue;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * How far the adapter is with its work, by an annotation of its Lease. The adapter's README describes the JSON.
 *
 * @param replay the replay that it works on, or has completed
 */
record AdapterProgress(Optional<Replay> replay) {

    /** Nothing is reported. */
    static final AdapterProgress NONE = new AdapterProgress(Optional.empty());

    static final LeaseAnnotation ANNOTATION = new LeaseAnnotation("apiserversource.dev/progress");

    private static final String RUNNING = "Running";
    private static final String COMPLETE = "Complete";
    private static final Set<String> PHASES = Set.of(RUNNING, COMPLETE);
    private static final ObjectMapper JSON = new ObjectMapper();

    /** The progress in the annotation; none when it is absent or not readable. */
    static AdapterProgress of(Lease lease) {
        Optional<String> json = ANNOTATION.of(lease);
        try {
            Report report = json.isEmpty() ? null : JSON.readValue(json.get(), Report.class);
            return report == null
                    ? NONE
                    : new AdapterProgress(Optional.ofNullable(report.replay()).filter(Replay::isValid));
        } catch (JsonProcessingException e) {
            return NONE;
        }
    }

    /**
     * The condition of a source that asks for the replay {@code value}. While the adapter does not report it, because
     * it starts or is paused, the last report stays.
     *
     * @param last the condition before
     */
    ConditionValue replayed(String value, Optional<Condition> last) {
        String prefix = "replay " + value + ": ";
        return replay.filter(reported -> value.equals(reported.value()))
                .map(reported -> reported.condition(prefix))
                .or(() -> last.filter(condition -> condition.message() != null
                                && condition.message().startsWith(prefix))
                        .map(AdapterProgress::value))
                .orElseGet(() -> ConditionValue.ofUnknown("Pending", prefix + "the adapter has not begun"));
    }

    private static ConditionValue value(Condition condition) {
        return new ConditionValue(
                condition.status(),
                Objects.requireNonNullElse(condition.reason(), ""),
                Objects.requireNonNullElse(condition.message(), ""));
    }

    @JsonIgnoreProperties(ignoreUnknown = true)
    private record Report(@Nullable Replay replay) {}

    /**
     * A replay, as an adapter reports it.
     *
     * @param value names it, as in the spec
     * @param phase {@value #RUNNING} or {@value #COMPLETE}
     * @param objects how many objects are settled
     * @param startTime RFC 3339, when the first stream has begun
     * @param completionTime RFC 3339, when the last object was settled
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    record Replay(
            @Nullable String value,
            @Nullable String phase,
            long objects,
            @Nullable String startTime,
            @Nullable String completionTime) {

        /** Another writer of the Lease must not fill the status. */
        private boolean isValid() {
            return value != null
                    && phase != null
                    && PHASES.contains(phase)
                    && isTime(startTime)
                    && isTime(completionTime);
        }

        private static boolean isTime(@Nullable String text) {
            try {
                return text == null || !Instant.parse(text).equals(Instant.MIN);
            } catch (DateTimeParseException e) {
                return false;
            }
        }

        private ConditionValue condition(String prefix) {
            String sent = prefix + objects + (objects == 1 ? " object sent" : " objects sent");
            if (COMPLETE.equals(phase)) {
                return ConditionValue.ofTrue(COMPLETE, sent + time(" from ", startTime) + time(" to ", completionTime));
            }
            return ConditionValue.ofUnknown(RUNNING, sent + time(" since ", startTime));
        }

        private static String time(String preposition, @Nullable String time) {
            return time == null ? "" : preposition + time;
        }
    }
}
