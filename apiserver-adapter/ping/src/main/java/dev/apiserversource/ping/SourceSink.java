package dev.apiserversource.ping;

import dev.apiserversource.frame.delivery.Delivery.OpenSink;
import dev.apiserversource.frame.delivery.DeliveryException;
import dev.apiserversource.frame.delivery.DeliverySettings;
import dev.apiserversource.frame.delivery.Sink;
import io.cloudevents.CloudEvent;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import org.jspecify.annotations.Nullable;

import java.util.function.Function;

/**
 * The sink of one source, whose settings can change. What is pending then is delivered as the new settings say: the
 * usual change is the correction of a wrong sink.
 */
final class SourceSink implements Sink {

    private final Function<DeliverySettings, OpenSink> opener;
    private DeliverySettings settings;
    private OpenSink sink;
    private @Nullable Pending pending;

    /** The one event that is not delivered yet. */
    private record Pending(CloudEvent event, Promise<Void> result) {}

    SourceSink(Function<DeliverySettings, OpenSink> opener, DeliverySettings settings) {
        this.opener = opener;
        this.settings = settings;
        this.sink = opener.apply(settings);
    }

    @Override
    public Future<Void> deliver(CloudEvent event) {
        Pending delivery = new Pending(event, Promise.promise());
        pending = delivery;
        send(delivery);
        return delivery.result.future();
    }

    @SuppressWarnings("ReferenceEquality") // a late result of a sink that was changed is ignored
    private void send(Pending delivery) {
        OpenSink current = sink;
        current.deliver(delivery.event).onComplete(result -> {
            if (current == sink && pending == delivery) {
                pending = null;
                delivery.result.handle(result);
            }
        });
    }

    /** Delivers as {@code changed} says from now on. */
    void change(DeliverySettings changed) {
        if (changed.equals(settings)) {
            return;
        }
        OpenSink opened = opener.apply(changed);
        sink.close();
        sink = opened;
        settings = changed;
        if (pending != null) {
            send(pending);
        }
    }

    /** Ends what is pending: its source is deleted. */
    void close() {
        sink.close();
        if (pending != null) {
            pending.result.fail(DeliveryException.closed("the source was deleted"));
            pending = null;
        }
    }
}
