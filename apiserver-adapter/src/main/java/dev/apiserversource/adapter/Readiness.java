package dev.apiserversource.adapter;

import dev.apiserversource.adapter.lease.Standing;

import java.util.List;

/** What {@code /readiness} says, to Kubernetes by {@code ready}, and to people by {@code text}. */
record Readiness(boolean ready, String text) {

    /** Ready when nothing is missing. */
    static Readiness without(List<String> missing) {
        return missing.isEmpty()
                ? new Readiness(true, "ok")
                : new Readiness(false, "not open: " + String.join(", ", missing));
    }

    /** A process that is not active is ready when it could take over. */
    static Readiness of(Standing standing) {
        if (standing instanceof Standing.Standby standby) {
            return new Readiness(true, "standby, active is " + standby.holder());
        }
        return new Readiness(false, standing instanceof Standing.Waiting waiting ? waiting.why() : "ending");
    }
}
