package dev.apiserversource.frame.management;

import dev.apiserversource.frame.leader.LeaderState;

import java.util.List;

/** What {@code /readiness} says, to Kubernetes by {@code ready}, and to people by {@code text}. */
public record Readiness(boolean ready, String text) {

    /** Ready when nothing is missing. */
    public static Readiness without(List<String> missing) {
        return missing.isEmpty()
                ? new Readiness(true, "ok")
                : new Readiness(false, "not open: " + String.join(", ", missing));
    }

    /** A process that is not active is ready when it could take over. */
    public static Readiness of(LeaderState standing) {
        if (standing instanceof LeaderState.Standby standby) {
            return new Readiness(true, "standby, active is " + standby.holder());
        }
        return new Readiness(false, standing instanceof LeaderState.Waiting waiting ? waiting.why() : "ending");
    }
}
