package dev.apiserversource.controller.status;

import dev.apiserversource.controller.api.Condition;

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

    /** Whether the condition holds. */
    public boolean isTrue() {
        return status.equals(Condition.TRUE);
    }

    /** Whether the condition does not hold. */
    public boolean isFalse() {
        return status.equals(Condition.FALSE);
    }
}
