package dev.apiserversource.controller.apiserversource;

import dev.apiserversource.controller.api.Condition;

/**
 * What one condition should say, without its time.
 *
 * @param status True, False or Unknown
 * @param reason why, in one word; empty when all is well
 * @param message why, and what to do about it; empty when all is well
 */
record Judgement(String status, String reason, String message) {

    static final Judgement GOOD = new Judgement(Condition.TRUE, "", "");

    static Judgement good(String reason, String message) {
        return new Judgement(Condition.TRUE, reason, message);
    }

    static Judgement bad(String reason, String message) {
        return new Judgement(Condition.FALSE, reason, message);
    }

    static Judgement unknown(String reason, String message) {
        return new Judgement(Condition.UNKNOWN, reason, message);
    }

    boolean isGood() {
        return status.equals(Condition.TRUE);
    }

    boolean isBad() {
        return status.equals(Condition.FALSE);
    }
}
