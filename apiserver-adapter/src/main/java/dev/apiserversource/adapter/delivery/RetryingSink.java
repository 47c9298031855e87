package dev.apiserversource.adapter.delivery;

import dev.apiserversource.adapter.time.Backoff;
import dev.apiserversource.adapter.time.Timers;
import io.cloudevents.CloudEvent;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Repeats an attempt that failed retryably, for as long as it takes. The wait is the longer of the backoff and of what the sink asked for
 * by {@code Retry-After}, of which no more than {@link #MOST_RETRY_AFTER} is believed.
 *
 * <p><b>When a sink comes back.</b> After a long outage every held event sits in a long backoff. The first sensible answer ends the outage
 * ({@link Outage}) and with it all these waits; the {@link LimitedSink} below spreads the attempts. A wait is cut short at most once per outage, and outages are at
 * least a second long: an event that fails for ever amid others that do not keeps its backoff. Waits that the sink asked for are never
 * cut short.
 */
final class RetryingSink implements Sink {

    private static final Duration MOST_RETRY_AFTER = Duration.ofMinutes(5);
    private static final Logger log = LoggerFactory.getLogger(RetryingSink.class);

    private final Sink next;
    private final Backoff backoff;
    private final Timers timers;
    private final Outage outage = new Outage();
    private final Set<Retries> inBackoff = new LinkedHashSet<>();
    private final AtomicInteger waiting = new AtomicInteger();

    RetryingSink(Sink next, Backoff backoff, Timers timers) {
        this.next = next;
        this.backoff = backoff;
        this.timers = timers;
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

    private void sinkAnswered() {
        if (outage.endedBy(timers.now())) {
            List.copyOf(inBackoff).forEach(Retries::waitNoLonger);
        }
    }

    private Duration pauseBefore(int retry, DeliveryException failure) {
        Duration own = backoff.before(retry);
        Duration asked = failure.retryAfter().orElse(Duration.ZERO);
        Duration believed = asked.compareTo(MOST_RETRY_AFTER) < 0 ? asked : MOST_RETRY_AFTER;
        return own.compareTo(believed) < 0 ? believed : own;
    }

    /** One event's way through as many attempts as it takes. */
    private final class Retries {

        private final CloudEvent event;
        private final Promise<Void> outcome = Promise.promise();
        private int failures;
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
            } else if (result.cause() instanceof DeliveryException failure && failure.isRetryable()) {
                outage.failed(failure, timers.now());
                pauseAfter(failure);
            } else {
                refused(result.cause());
            }
        }

        private void refused(Throwable cause) {
            if (cause instanceof DeliveryException refusal && refusal.status().isPresent()) {
                sinkAnswered();
            }
            giveUp(cause);
        }

        private void pauseAfter(DeliveryException failure) {
            failures++;
            try {
                pause = timers.after(pauseBefore(failures, failure), this::resume);
            } catch (RuntimeException e) {
                giveUp(e);
                return;
            }
            waiting.incrementAndGet();
            if (failure.retryAfter().isEmpty()) {
                inBackoff.add(this);
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

        private void giveUp(Throwable cause) {
            logRefusal(cause);
            outcome.tryFail(cause);
        }

        private void logRefusal(Throwable cause) {
            LoggingEventBuilder line =
                    log.atWarn().addKeyValue("id", event.getId()).addKeyValue("type", event.getType());
            if (cause instanceof DeliveryException refusal) {
                line.addKeyValue("result", refusal.result())
                        .addKeyValue("answer", refusal.excerpt())
                        .log("event refused, given up");
            } else {
                line.setCause(cause).log("event given up after an unexpected failure");
            }
        }
    }
}
