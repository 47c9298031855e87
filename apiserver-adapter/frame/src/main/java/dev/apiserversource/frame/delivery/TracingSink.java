package dev.apiserversource.frame.delivery;

import io.cloudevents.CloudEvent;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.net.URI;

/**
 * Has a trace for each delivery. The event carries it to {@link #attempts}, where its headers are sent. Composed only
 * when there is a tracer. One that throws leaves a delivery without a trace.
 */
final class TracingSink implements Sink {

    private static final Logger log = LoggerFactory.getLogger(TracingSink.class);

    private final Sink next;
    private final DeliveryTracer tracer;
    private final URI url;
    private boolean failed;

    /** {@code url} is that of the sink. */
    TracingSink(Sink next, DeliveryTracer tracer, URI url) {
        this.next = next;
        this.tracer = tracer;
        this.url = url;
    }

    @Override
    public Future<Void> deliver(CloudEvent event) {
        DeliveryTracer.Trace trace;
        try {
            trace = tracer.begin(event, url);
        } catch (RuntimeException e) {
            logOnce(e);
            return next.deliver(event);
        }
        return next.deliver(new TracedEvent(event, trace)).onComplete(result -> ended(trace, result));
    }

    private static void ended(DeliveryTracer.Trace trace, AsyncResult<Void> result) {
        if (result.succeeded()) {
            trace.ended(Outcome.DELIVERED, null);
        } else if (result.cause() instanceof DeadLetteringSink.DeadLetteredException letter) {
            trace.ended(Outcome.DEAD_LETTERED, letter.getCause());
        } else {
            trace.ended(result.cause() instanceof DeliveryException ? Outcome.DROPPED : null, result.cause());
        }
    }

    private void logOnce(RuntimeException bug) {
        if (!failed) {
            failed = true;
            log.atError().setCause(bug).log("tracing failed, delivering without a trace");
        }
    }

    /** The attempts of {@code sink}, with the headers of an event's trace, which observes them. */
    static Sink attempts(HttpSink sink, String name) {
        return event -> event instanceof TracedEvent traced
                ? sink.tracedBy(traced.trace(), name).deliver(traced.event())
                : sink.deliver(event);
    }
}
