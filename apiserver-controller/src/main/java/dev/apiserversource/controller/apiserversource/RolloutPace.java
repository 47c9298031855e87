package dev.apiserversource.controller.apiserversource;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * Bounds how many adapters roll at once after a change that concerns many sources, such as a new image: each new pod
 * costs its node a start of a JVM, and the API server new watches.
 */
final class RolloutPace {

    static final int MAX_ROLLING = 10;

    /** A roll-out that is not complete by then, such as one whose pod cannot be scheduled, keeps no other waiting. */
    private static final Duration LONGEST = Duration.ofMinutes(2);

    private final Clock clock;
    private final Map<String, Instant> rolling = new HashMap<>();
    private final Map<String, Instant> waiting = new HashMap<>();

    RolloutPace(Clock clock) {
        this.clock = clock;
    }

    /** Whether the Deployment {@code key} may be updated now. Otherwise it {@linkplain #isWaiting waits}. */
    synchronized boolean start(String key) {
        Instant now = clock.instant();
        rolling.values().removeIf(started -> !now.isBefore(started.plus(LONGEST)));
        // A source that is deleted while it waits never starts.
        waiting.values().removeIf(asked -> !now.isBefore(asked.plus(LONGEST)));
        boolean mayStart = rolling.containsKey(key) || rolling.size() < MAX_ROLLING;
        if (mayStart) {
            rolling.putIfAbsent(key, now);
            waiting.remove(key);
        } else {
            waiting.put(key, now);
        }
        return mayStart;
    }

    /** The Deployment is as desired and rolled out, or gone. */
    synchronized void complete(String key) {
        rolling.remove(key);
        waiting.remove(key);
    }

    /** Whether the Deployment is to be updated later. */
    synchronized boolean isWaiting(String key) {
        return waiting.containsKey(key);
    }
}
