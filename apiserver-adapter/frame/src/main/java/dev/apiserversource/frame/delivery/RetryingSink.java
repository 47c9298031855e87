package dev.apiserversource.frame.delivery;

import dev.apiserversource.frame.time.Timers;
import io.cloudevents.CloudEvent;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Repeats attempts that failed, when and as often as its {@link RetryPolicy} says.
 *
 * <p><b>When a sink comes back.</b> After a long outage every held event sits in a long backoff. The first sensible answer ends the outage
 * ({@link OutageDetector}) and with it all these waits; the {@link LimitedSink} below spreads the attempts. A wait is cut short at most once per outage, and outages are at
 * least a second long: an event that fails for ever amid others that do not keeps its backoff. Waits that the sink asked for are never
 * cut short.
 */
final class RetryingSink implements Sink {

    private static final Logger log = LoggerFactory.getLogger(RetryingSink.class);

    private final Sink next;
    private final SinkRole role;
    private final RetryPolicy policy;
    private final Timers timers;
    private final OutageDetector outage;
    private final Set<Retries> inBackoff = new LinkedHashSet<>();
    private final AtomicInteger waiting = new AtomicInteger();

    RetryingSink(Sink next, SinkRole role, RetryPolicy policy, Timers timers) {
        this.next = next;
        this.role = role;
        this.policy = policy;
        this.timers = timers;
        this.outage = new OutageDetector(role);
    }

    @Override
    public Future<Void> deliver(CloudEvent event) {
        Retries delivery = new Retries(event);
        delivery.attempt();
        return delivery.outcome.future();
    }

    /** Events that wait for their next attempt; may be read by any thread. */
    int waiting() {
        return waiting.get();
    }

    /** Takes note of what a failure says about the sink as such. */
    private void heed(DeliveryException failure) {
        if (failure.isRetryable()) {
            outage.failed(failure, timers.now());
        } else if (failure.status().isPresent()) {
            sinkAnswered();
        }
    }

    private void sinkAnswered() {
        if (outage.endedBy(timers.now())) {
            List.copyOf(inBackoff).forEach(Retries::waitNoLonger);
        }
    }

    /** One event's way through as many attempts as it takes. */
    private final class Retries {

        private final CloudEvent event;
        private final Promise<Void> outcome = Promise.promise();
        private int failures;
        private boolean refused;
        private Timers.@Nullable Timer pause;

        Retries(CloudEvent event) {
            this.event = event;
        }

        void attempt() {
            Future.succeededFuture(event).compose(next::deliver).onComplete(this::attempted);
        }

        private void attempted(AsyncResult<Void> result) {
            if (result.succeeded()) {
                sinkAnswered();
                outcome.complete();
            } else {
                failed(result.cause());
            }
        }

        private void failed(Throwable failure) {
            failures++;
            if (failure instanceof DeliveryException answer) {
                heed(answer);
            }
            try {
                policy.pauseAfter(failures, failure)
                        .ifPresentOrElse(pause -> pause(pause, failure), () -> outcome.fail(failure));
            } catch (RuntimeException e) {
                outcome.tryFail(e);
            }
        }

        private void pause(RetryPolicy.Pause wanted, Throwable failure) {
            pause = timers.after(wanted.length(), this::resume);
            waiting.incrementAndGet();
            if (wanted.mayBeCutShort()) {
                inBackoff.add(this);
            }
            logRefusal(failure);
        }

        /** A failure that may pass is told by the {@link OutageDetector}; a refusal is for a human to look at, once. */
        private void logRefusal(Throwable failure) {
            boolean mayPass = failure instanceof DeliveryException answer && answer.isRetryable();
            if (!mayPass && !refused) {
                refused = true;
                FailureLine.of(log, event, failure).log(role + " refuses an event; it is held and tried again");
            }
        }

        private void resume() {
            waiting.decrementAndGet();
            inBackoff.remove(this);
            attempt();
        }

        void waitNoLonger() {
            if (pause != null) {
                pause.cancel();
            }
            resume();
        }
    }
}
