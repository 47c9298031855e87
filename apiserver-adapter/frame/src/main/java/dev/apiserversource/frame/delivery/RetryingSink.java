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
import java.util.Optional;
import java.util.Set;

/**
 * Retries failed attempts as its {@link RetryPolicy} decides.
 *
 * <p><b>End of an outage.</b> After a long outage every pending event is in a long backoff. The first answer that shows
 * the sink available ends the outage ({@link OutageDetector}) and with it all these waits. The {@link LimitedSink}
 * below spreads the attempts. An outage lasts at least a second and ends a wait at most once. So an event that always
 * fails, among others that do not, keeps its backoff. A wait requested by the sink is never shortened.
 */
final class RetryingSink implements Sink {

    private static final Logger log = LoggerFactory.getLogger(RetryingSink.class);

    private final Sink next;
    private final SinkAddress.Role role;
    private final RetryPolicy policy;
    private final Timers timers;
    private final OutageDetector outage;
    private final Set<Retries> inBackoff = new LinkedHashSet<>();

    RetryingSink(Sink next, SinkAddress.Role role, RetryPolicy policy, Timers timers) {
        this.next = next;
        this.role = role;
        this.policy = policy;
        this.timers = timers;
        this.outage = new OutageDetector(role);
    }

    @Override
    public Future<Void> deliver(CloudEvent event) {
        Retries retries = new Retries(event);
        retries.attempt();
        return retries.result.future();
    }

    /** How many events wait for their next attempt. */
    int inBackoff() {
        return inBackoff.size();
    }

    /** A sentence while the sink refuses events. */
    Optional<String> refusal() {
        return outage.refusal();
    }

    private void observe(DeliveryException failure) {
        if (failure.isRetryable()) {
            outage.failed(failure, timers.now());
        } else if (failure.status().isPresent()) {
            sinkAvailable();
        }
    }

    private void sinkAvailable() {
        if (outage.endedBy(timers.now())) {
            inBackoff.stream()
                    .filter(retries -> retries.endsWithOutage)
                    .toList()
                    .forEach(Retries::endBackoff);
        }
    }

    /** The attempts of one event. */
    private final class Retries {

        private final CloudEvent event;
        private final Promise<Void> result = Promise.promise();
        private int failures;
        private boolean logged;
        private boolean endsWithOutage;
        private Timers.@Nullable Timer backoff;

        Retries(CloudEvent event) {
            this.event = event;
        }

        void attempt() {
            Future.succeededFuture(event).compose(next::deliver).onComplete(this::attempted);
        }

        private void attempted(AsyncResult<Void> attempt) {
            if (attempt.succeeded()) {
                sinkAvailable();
                result.complete();
            } else {
                failed(attempt.cause());
            }
        }

        private void failed(Throwable failure) {
            failures++;
            if (failure instanceof DeliveryException attempt) {
                observe(attempt);
            }
            try {
                policy.pauseAfter(failures, failure)
                        .ifPresentOrElse(pause -> backOff(pause, failure), () -> result.fail(failure));
            } catch (RuntimeException e) {
                result.tryFail(e);
            }
        }

        private void backOff(RetryPolicy.Pause pause, Throwable failure) {
            endsWithOutage = pause.endsWithOutage();
            backoff = timers.after(pause.length(), this::retry);
            inBackoff.add(this);
            logOnce(failure);
        }

        /** The {@link OutageDetector} logs retryable failures. A final answer or a bug is logged once per event. */
        private void logOnce(Throwable failure) {
            boolean bug = !(failure instanceof DeliveryException);
            boolean retryable = failure instanceof DeliveryException attempt && attempt.isRetryable();
            if (!retryable && !logged) {
                logged = true;
                DeliveryException.warning(log, event, failure)
                        .addKeyValue("sink", role.label())
                        .log(bug ? "attempt failed unexpectedly, retrying" : "event refused, retrying");
            }
        }

        private void retry() {
            inBackoff.remove(this);
            attempt();
        }

        void endBackoff() {
            if (backoff != null) {
                backoff.cancel();
            }
            retry();
        }
    }
}
