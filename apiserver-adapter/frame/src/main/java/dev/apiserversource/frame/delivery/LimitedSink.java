package dev.apiserversource.frame.delivery;

import io.cloudevents.CloudEvent;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;

import java.util.ArrayDeque;
import java.util.Queue;

/**
 * Limits the attempts in flight. The others wait in order of arrival, first attempts and retries alike, so neither can
 * starve the other.
 *
 * <p>It sits below the {@link RetryingSink}, so an event in backoff takes no slot. The queue is bounded by the pending
 * events of the dispatcher, because each of them asks for one attempt at a time.
 */
final class LimitedSink implements Sink {

    private final Sink next;
    private final Limit limit;

    LimitedSink(Sink next, int maxInFlight) {
        this(next, new Limit(maxInFlight));
    }

    /** A sink that shares {@code limit} with others. */
    LimitedSink(Sink next, Limit limit) {
        this.next = next;
        this.limit = limit;
    }

    @Override
    public Future<Void> deliver(CloudEvent event) {
        return limit.deliver(event, next);
    }

    int inFlight() {
        return limit.inFlight;
    }

    /** The attempts in flight, and those that wait for a slot. */
    static final class Limit {

        private record Waiting(CloudEvent event, Sink next, Promise<Void> result) {}

        private final int maxInFlight;
        private final Queue<Waiting> waiting = new ArrayDeque<>();
        private final Trampoline trampoline = new Trampoline();
        private Runnable ended = () -> {};
        private int inFlight;

        Limit(int maxInFlight) {
            this.maxInFlight = maxInFlight;
        }

        int inFlight() {
            return inFlight;
        }

        /** How many more attempts can wait for a slot until as many wait as are in flight at most. */
        int backlogLeft() {
            return maxInFlight - waiting.size();
        }

        /** Runs {@code action} after each attempt, when the next that waits has begun. */
        void onEnded(Runnable action) {
            ended = action;
        }

        private Future<Void> deliver(CloudEvent event, Sink next) {
            Promise<Void> result = Promise.promise();
            waiting.add(new Waiting(event, next, result));
            trampoline.run(this::startWaiting);
            return result.future();
        }

        private void startWaiting() {
            while (inFlight < maxInFlight && !waiting.isEmpty()) {
                start(waiting.remove());
            }
        }

        private void start(Waiting first) {
            inFlight++;
            first.next.tryDeliver(first.event).onComplete(result -> ended(first, result));
        }

        private void ended(Waiting attempt, AsyncResult<Void> result) {
            inFlight--;
            trampoline.run(this::startWaiting);
            attempt.result.handle(result);
            ended.run();
        }
    }
}
