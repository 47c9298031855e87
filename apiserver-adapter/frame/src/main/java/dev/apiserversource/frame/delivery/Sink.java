package dev.apiserversource.frame.delivery;

import io.cloudevents.CloudEvent;
import io.vertx.core.Future;

/** Where events go. Behaviour such as retrying is added by decorators, each of them a sink again. */
@FunctionalInterface
public interface Sink {

    /**
     * Sends {@code event} on its way.
     *
     * @return succeeds when the sink has taken the event; fails with a {@link DeliveryException} when it has not, with a {@link
     *     DeadLetteredException} when the dead letter sink has taken it instead, and with anything else only by mistake of an implementation
     */
    Future<Void> deliver(CloudEvent event);
}
