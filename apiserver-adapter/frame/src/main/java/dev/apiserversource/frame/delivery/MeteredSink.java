package dev.apiserversource.frame.delivery;

import dev.apiserversource.frame.time.Timers;
import io.cloudevents.CloudEvent;
import io.vertx.core.Future;

import java.time.Duration;
import java.time.Instant;

/** Measures how long it takes until an event is delivered. */
final class MeteredSink implements Sink {

    private final Sink next;
    private final Timers timers;
    private final DeliveryMeters meters;

    MeteredSink(Sink next, Timers timers, DeliveryMeters meters) {
        this.next = next;
        this.timers = timers;
        this.meters = meters;
    }

    @Override
    public Future<Void> deliver(CloudEvent event) {
        Instant begin = timers.now();
        return next.deliver(event).onSuccess(delivered -> meters.took(Duration.between(begin, timers.now())));
    }
}
