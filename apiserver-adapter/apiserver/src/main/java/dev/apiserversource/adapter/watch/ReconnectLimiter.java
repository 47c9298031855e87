package dev.apiserversource.adapter.watch;

import dev.apiserversource.frame.time.Timers;
import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.random.RandomGenerator;

/**
 * Limits the attempts to reach an unreachable API server. While no request is answered, one stream at a time sends one,
 * in the order in which they came. The first answer lets all others continue, spread over two seconds.
 *
 * <p>Without it, a thousand streams would open a hundred TLS connections a second to a load balancer that has no API
 * server behind it, and all at once when it has one again.
 */
final class ReconnectLimiter {

    private static final Duration INTERVAL = Duration.ofMillis(500);
    private static final Duration SPREAD = Duration.ofSeconds(2);

    private final Timers timers;
    private final RandomGenerator random;
    private final Queue<Turn> waiting = new ArrayDeque<>();
    private Timers.@Nullable Timer next;
    private Duration lastAttempt = INTERVAL.negated();
    private boolean unreachable;

    /** The API server is taken for reachable. {@code random} spreads the streams that continue. */
    ReconnectLimiter(Timers timers, RandomGenerator random) {
        this.timers = timers;
        this.random = random;
    }

    /** A connection was closed, or could not be opened. */
    void unreachable() {
        unreachable = true;
    }

    /** The API server has answered a request. */
    void reachable() {
        unreachable = false;
        cancelNext();
        for (Turn turn = waiting.poll(); turn != null; turn = waiting.poll()) {
            turn.takeAfter(Duration.ofNanos((long) (random.nextDouble() * SPREAD.toNanos())));
        }
    }

    /** A turn of a stream, not awaited yet. */
    Turn turn() {
        return new Turn();
    }

    /** The turn of one stream to send a request. It is awaited once. */
    final class Turn {

        private Runnable action = () -> {};
        private Timers.@Nullable Timer timer;

        private Turn() {}

        /** Runs {@code request} at its turn: now if the API server is reachable. */
        void await(Runnable request) {
            if (!unreachable) {
                request.run();
                return;
            }
            action = request;
            waiting.add(this);
            schedule();
        }

        /** The request is not sent. Has no effect once it was. */
        void cancel() {
            if (timer != null) {
                timer.cancel();
            }
            waiting.remove(this);
            if (waiting.isEmpty()) {
                cancelNext();
            }
        }

        private void takeAfter(Duration delay) {
            timer = timers.after(delay, action);
        }
    }

    private void schedule() {
        if (next == null && !waiting.isEmpty()) {
            Duration wait = INTERVAL.minus(timers.uptime().minus(lastAttempt));
            next = timers.after(wait, this::attempt);
        }
    }

    private void attempt() {
        next = null;
        lastAttempt = timers.uptime();
        Turn turn = waiting.poll();
        schedule();
        if (turn != null) {
            turn.action.run();
        }
    }

    private void cancelNext() {
        if (next != null) {
            next.cancel();
            next = null;
        }
    }
}
