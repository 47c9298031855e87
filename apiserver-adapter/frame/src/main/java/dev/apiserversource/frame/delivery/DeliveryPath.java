package dev.apiserversource.frame.delivery;

import io.cloudevents.CloudEvent;
import io.vertx.core.Future;

/** The way to one sink, with what can be seen on it. */
record DeliveryPath(RetryingSink retrying, LimitedSink limited) implements Sink {

    @Override
    public Future<Void> deliver(CloudEvent event) {
        return retrying.deliver(event);
    }

    /** Events on this way that are neither queued nor anywhere else: under way, or waiting for a retry. */
    int begun() {
        return retrying.waiting() + limited.inFlight();
    }
}
