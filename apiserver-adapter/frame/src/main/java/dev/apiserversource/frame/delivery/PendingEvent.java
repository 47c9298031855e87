package dev.apiserversource.frame.delivery;

import io.cloudevents.CloudEvent;
import io.cloudevents.CloudEventData;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import org.jspecify.annotations.Nullable;

import java.time.Instant;

/** An event between its dispatch and its outcome, linked to the next of its key. */
final class PendingEvent {

    final String key;
    final CloudEvent event;
    final long size;
    final Instant since;
    private final Promise<Outcome> outcome = Promise.promise();
    private @Nullable PendingEvent next;

    PendingEvent(String key, CloudEvent event, Instant since) {
        this.key = key;
        this.event = event;
        this.size = Dispatcher.EVENT_OVERHEAD + dataLength(event);
        this.since = since;
    }

    private static long dataLength(CloudEvent event) {
        CloudEventData data = event.getData();
        return data == null ? 0 : data.toBytes().length;
    }

    @Nullable
    PendingEvent next() {
        return next;
    }

    void followedBy(PendingEvent event) {
        next = event;
    }

    Future<Outcome> outcome() {
        return outcome.future();
    }

    void end(Outcome how) {
        outcome.tryComplete(how);
    }
}
