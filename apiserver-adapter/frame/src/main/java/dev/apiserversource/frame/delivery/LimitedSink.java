package dev.apiserversource.frame.delivery;

import io.cloudevents.CloudEvent;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Lets at most so many attempts be in flight; the others wait, first come, first served, a first attempt and a retry alike: neither can
 * starve the other.
 *
 * <p>Sits below the {@link RetryingSink}, so that an event in backoff holds no place. The queue is as long as the dispatcher's bound at most,
 * because each held event asks for one attempt at a time.
 */
final class LimitedSink implements Sink {

    private record Waiting(CloudEvent event, Promise<Void> outcome) {}

    private final Sink next;
    private final int most;
    private final Queue<Waiting> waiting = new ArrayDeque<>();
    private final AtomicInteger inFlight = new AtomicInteger();
    private final Trampoline turns = new Trampoline();

    LimitedSink(Sink next, int most) {
        this.next = next;
        this.most = most;
    }

    @Override
    public Future<Void> deliver(CloudEvent event) {
        Promise<Void> outcome = Promise.promise();
        waiting.add(new Waiting(event, outcome));
        turns.take(this::fill);
        return outcome.future();
    }

    /** Attempts under way; may be read by any thread. */
    int inFlight() {
        return inFlight.get();
    }

    private void fill() {
        while (inFlight.get() < most && !waiting.isEmpty()) {
            start(waiting.remove());
        }
    }

    private void start(Waiting first) {
        inFlight.incrementAndGet();
        Future.succeededFuture(first.event).compose(next::deliver).onComplete(result -> ended(first, result));
    }

    private void ended(Waiting attempted, AsyncResult<Void> result) {
        inFlight.decrementAndGet();
        turns.take(this::fill);
        attempted.outcome.handle(result);
    }
}
