package dev.apiserversource.controller.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * One judgement about a source.
 *
 * @param type what is judged, {@code Ready}
 * @param status {@code True}, {@code False} or {@code Unknown}
 * @param severity empty for an error; the controller sets none
 * @param reason why, in one word
 * @param message why, in words for people
 * @param lastTransitionTime when {@code status} last changed, RFC 3339
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record Condition(
        String type,
        String status,
        @Nullable String severity,
        @Nullable String reason,
        @Nullable String message,
        @Nullable String lastTransitionTime) {

    /** The happy value of {@link #status}. */
    public static final String TRUE = "True";

    /** The unhappy value of {@link #status}. */
    public static final String FALSE = "False";

    /** The value of {@link #status} while it cannot be told. */
    public static final String UNKNOWN = "Unknown";
}
