package dev.apiserversource.controller.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * One aspect of the state of a source.
 *
 * @param type the aspect, {@code Ready}
 * @param status {@code True}, {@code False} or {@code Unknown}
 * @param severity empty for a condition that Ready depends on, otherwise {@code Warning} or {@code Info}
 * @param reason why, as one CamelCase word
 * @param message why, as a sentence
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

    /** {@link #status} of a condition that holds. */
    public static final String TRUE = "True";

    /** {@link #status} of a condition that does not hold. */
    public static final String FALSE = "False";

    /** {@link #status} of a condition that is not known yet. */
    public static final String UNKNOWN = "Unknown";
}
