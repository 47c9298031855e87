package dev.apiserversource.frame.delivery;

import io.cloudevents.CloudEvent;
import io.vertx.core.AsyncResult;
import org.jspecify.annotations.Nullable;

import java.net.URI;
import java.util.Map;

/** Follows deliveries. Called on the event loop of the dispatcher. */
@FunctionalInterface
public interface DeliveryTracer {

    /** The delivery of {@code event} to {@code sink}, or in the end to the dead letter sink, begins. */
    Trace begin(CloudEvent event, URI sink);

    /** The trace of one delivery. It ends with the delivery; one that is pending when the process ends has no end. */
    interface Trace {

        /** Headers for each attempt, with those that propagate the trace. */
        Map<String, String> headers();

        /**
         * An attempt is over.
         *
         * @param sink {@code main} or {@code dead_letter}
         * @param result a 2xx status, or a {@link DeliveryException}
         */
        void attempted(String sink, AsyncResult<Integer> result);

        /**
         * The delivery is over.
         *
         * @param outcome null after a bug: the event is delivered again, with another trace
         * @param failure why the sink did not acknowledge the event, if so
         */
        void ended(@Nullable Outcome outcome, @Nullable Throwable failure);
    }
}
