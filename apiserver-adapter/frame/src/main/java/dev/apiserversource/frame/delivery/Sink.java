package dev.apiserversource.frame.delivery;

import io.cloudevents.CloudEvent;
import io.vertx.core.Future;

/** A destination of events. Behaviour such as retrying is added by decorators, each of them a sink again. */
@FunctionalInterface
public interface Sink {

    /**
     * Delivers {@code event}.
     *
     * @return succeeds when the sink acknowledged the event. Fails with a {@link DeliveryException} when it did not,
     *     and with a {@link DeadLetteringSink.DeadLetteredException} when the dead letter sink acknowledged it instead.
     *     Any other failure is a bug, and is retried.
     */
    Future<Void> deliver(CloudEvent event);

    /** As {@link #deliver}, but what that throws becomes the failure of the future. */
    default Future<Void> tryDeliver(CloudEvent event) {
        try {
            return deliver(event);
        } catch (RuntimeException bug) {
            return Future.failedFuture(bug);
        }
    }
}
