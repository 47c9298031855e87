package dev.apiserversource.controller.status;

import dev.apiserversource.controller.api.Condition;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentCondition;
import org.jspecify.annotations.Nullable;

import java.util.stream.Stream;

/**
 * The value of one condition, without its type and transition time.
 *
 * @param status True, False or Unknown
 * @param reason why, as one CamelCase word; empty when there is nothing to explain
 * @param message why, and the remedy; empty when there is nothing to explain
 */
public record ConditionValue(String status, String reason, String message) {

    /** The condition holds. */
    public static final ConditionValue TRUE = ofTrue("", "");

    /** The condition holds for this reason. */
    public static ConditionValue ofTrue(String reason, String message) {
        return new ConditionValue(Condition.TRUE, reason, message);
    }

    /** The condition does not hold. */
    public static ConditionValue ofFalse(String reason, String message) {
        return new ConditionValue(Condition.FALSE, reason, message);
    }

    /** It is not known yet whether the condition holds. */
    public static ConditionValue ofUnknown(String reason, String message) {
        return new ConditionValue(Condition.UNKNOWN, reason, message);
    }

    /** The Deployment's condition {@code Available}; Unknown until the Deployment has one. */
    public static ConditionValue of(Deployment deployment) {
        return Stream.ofNullable(deployment.getStatus())
                .flatMap(status -> status.getConditions().stream())
                .filter(condition -> condition.getType().equals("Available"))
                .findFirst()
                .map(ConditionValue::ofAvailable)
                .orElseGet(() -> ofUnknown(
                        "DeploymentUnavailable",
                        "The Deployment '" + deployment.getMetadata().getName() + "' is not available yet."));
    }

    private static ConditionValue ofAvailable(DeploymentCondition available) {
        return available.getStatus().equals(Condition.TRUE)
                ? TRUE
                : new ConditionValue(
                        available.getStatus(), orEmpty(available.getReason()), orEmpty(available.getMessage()));
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }

    /** Whether the condition holds. */
    public boolean isTrue() {
        return status.equals(Condition.TRUE);
    }

    /** Whether the condition does not hold. */
    public boolean isFalse() {
        return status.equals(Condition.FALSE);
    }
}
