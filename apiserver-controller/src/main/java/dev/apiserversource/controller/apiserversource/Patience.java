package dev.apiserversource.controller.apiserversource;

import dev.apiserversource.controller.api.ApiServerSourceStatus;
import dev.apiserversource.controller.api.Condition;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;

/**
 * When to look again at what nobody tells of: rights that are missing, kinds that are not served. After a quarter of the time that it has been
 * missing: soon while somebody is likely to be mending it, rarely when it has been so for long. Needs no memory.
 */
final class Patience {

    private static final Duration LEAST = Duration.ofSeconds(2);
    private static final Duration MOST = Duration.ofMinutes(1);
    private static final int PART = 4;

    private Patience() {}

    /** How long to wait; empty when there is nothing to wait for that does not tell by itself. */
    static Optional<Duration> next(ApiServerSourceStatus status, Instant now) {
        return status.conditions().stream()
                .filter(Patience::silent)
                .map(condition -> Duration.between(since(condition, now), now).dividedBy(PART))
                .min(Comparator.naturalOrder())
                .map(Patience::bounded);
    }

    /** A Deployment tells when it becomes available, one that was refused does not. */
    private static boolean silent(Condition condition) {
        boolean good = condition.status().equals(Condition.TRUE);
        boolean tells = condition.type().equals(SourceStatus.READY)
                || (condition.type().equals(SourceStatus.DEPLOYED)
                        && !AdapterObjects.REFUSED.equals(condition.reason()));
        return !good && !tells;
    }

    private static Instant since(Condition condition, Instant now) {
        return condition.lastTransitionTime() == null ? now : Instant.parse(condition.lastTransitionTime());
    }

    private static Duration bounded(Duration wait) {
        Duration atLeast = wait.compareTo(LEAST) < 0 ? LEAST : wait;
        return atLeast.compareTo(MOST) > 0 ? MOST : atLeast;
    }
}
