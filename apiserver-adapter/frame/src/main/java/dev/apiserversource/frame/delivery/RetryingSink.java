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
    private final RetryPolicy policy;
    private final Timers timers;
    private final Address address;
    private boolean closed;

    /** What the retrying sinks of one address have in common: its outages, and what waits for its next attempt. */
    static final class Address {

        private final SinkAddress.Role role;
        private final OutageDetector outage;
        private final Set<Retries> inBackoff = new LinkedHashSet<>();

        /** {@code host} is named in logs; empty when there is no other sink in this role. */
        Address(SinkAddress.Role role, String host) {
            this.role = role;
            this.outage = new OutageDetector(role, host);
        }

        /** How many events wait for their next attempt. */
        int inBackoff() {
            return inBackoff.size();
        }

        /** A sentence while the sink refuses events. */
        Optional<String> refusal() {
            return outage.refusal();
        }
    }

    RetryingSink(Sink next, SinkAddress.Role role, RetryPolicy policy, Timers timers) {
        this(next, new Address(role, ""), policy, timers);
    }

    /** A sink that shares {@code address} with others. */
    RetryingSink(Sink next, Address address, RetryPolicy policy, Timers timers) {
        this.next = next;
        this.address = address;
        this.policy = policy;
        this.timers = timers;
    }

    @Override
    public Future<Void> deliver(CloudEvent event) {
        Retries retries = new Retries(event);
        retries.attempt();
        return retries.result.future();
    }

    /** How many events wait for their next attempt. */
    int inBackoff() {
        return address.inBackoff();
    }

    /** A sentence while the sink refuses events. */
    Optional<String> refusal() {
        return address.refusal();
    }

    /** Begins no further attempt. What is not delivered never completes; an attempt in flight can reach the sink. */
    void close() {
        closed = true;
        address.inBackoff.stream().filter(this::isOfThis).toList().forEach(Retries::cancelBackoff);
    }

    private boolean isOfThis(Retries retries) {
        return retries.sink() == this;
    }

    private void observe(DeliveryException failure) {
        if (failure.isRetryable()) {
            address.outage.failed(failure, timers.uptime());
        } else if (failure.status().isPresent()) {
            sinkAvailable();
        }
    }

    private void sinkAvailable() {
        if (address.outage.endedBy(timers.uptime())) {
            address.inBackoff.stream()
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
        private int withoutToken;
        private boolean logged;
        private boolean endsWithOutage;
        private Timers.@Nullable Timer backoff;

        Retries(CloudEvent event) {
            this.event = event;
        }

        RetryingSink sink() {
            return RetryingSink.this;
        }

        void attempt() {
            next.tryDeliver(event).onComplete(this::attempted);
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
            int count = isMissingToken(failure) ? ++withoutToken : ++failures;
            if (failure instanceof DeliveryException attempt) {
                observe(attempt);
            }
            if (closed) {
                return;
            }
            try {
                policy.pauseAfter(count, failure)
                        .ifPresentOrElse(pause -> backOff(pause, failure), () -> result.fail(failure));
            } catch (RuntimeException e) {
                result.tryFail(e);
            }
        }

        private static boolean isMissingToken(Throwable failure) {
            return failure instanceof DeliveryException attempt && attempt.isMissingToken();
        }

        private void backOff(RetryPolicy.Pause pause, Throwable failure) {
            endsWithOutage = pause.endsWithOutage();
            backoff = timers.after(pause.length(), this::retry);
            address.inBackoff.add(this);
            logOnce(failure);
        }

        /** The {@link OutageDetector} logs retryable failures. A final answer or a bug is logged once per event. */
        private void logOnce(Throwable failure) {
            boolean bug = !(failure instanceof DeliveryException);
            boolean retryable = failure instanceof DeliveryException attempt && attempt.isRetryable();
            if (!retryable && !logged) {
                logged = true;
                DeliveryException.warning(log, event, failure)
                        .addKeyValue("sink", address.role.label())
                        .log(bug ? "attempt failed unexpectedly, retrying" : "event refused, retrying");
            }
        }

        private void retry() {
            address.inBackoff.remove(this);
            attempt();
        }

        void endBackoff() {
            cancelBackoff();
            attempt();
        }

        void cancelBackoff() {
            if (backoff != null) {
                backoff.cancel();
            }
            address.inBackoff.remove(this);
        }
    }
}
