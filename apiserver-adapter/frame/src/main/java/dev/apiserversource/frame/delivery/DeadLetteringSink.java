package dev.apiserversource.frame.delivery;

import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.vertx.core.Future;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;

/**
 * Sends an event to the dead letter sink when the sink's answer is final or the retries are used up.
 *
 * <p>The delivery still fails, with a {@link DeadLetteredException}, and only once the dead letter sink has answered
 * 2xx. So the dispatcher keeps order among dead letters too.
 *
 * <p>A dead letter is the event, its id included, with the extensions that <a
 * href="https://knative.dev/docs/eventing/event-delivery/">Knative's dispatcher</a> adds: {@code knativeerrordest},
 * {@code knativeerrorcode} and {@code knativeerrordata}. The last is base64, so any response is a valid attribute.
 */
final class DeadLetteringSink implements Sink {

    private static final Logger log = LoggerFactory.getLogger(DeadLetteringSink.class);

    /** Knative's error code when there was no response. */
    private static final int NO_RESPONSE = 500;

    /** The length of the 1024 base64 characters that Knative allows for {@code knativeerrordata}, decoded. */
    private static final int MAX_ERROR_DATA = 768;

    private final Sink sink;
    private final URI sinkUrl;
    private final Sink deadLetterSink;

    /** The sink did not acknowledge the event, the dead letter sink did. The event is settled. */
    static final class DeadLetteredException extends Exception {

        private static final long serialVersionUID = 1L;

        DeadLetteredException(Throwable failure) {
            super("dead-lettered: " + failure.getMessage(), failure);
        }
    }

    /** {@code sinkUrl} becomes {@code knativeerrordest}. */
    DeadLetteringSink(Sink sink, URI sinkUrl, Sink deadLetterSink) {
        this.sink = sink;
        this.sinkUrl = sinkUrl;
        this.deadLetterSink = deadLetterSink;
    }

    @Override
    public Future<Void> deliver(CloudEvent event) {
        return sink.deliver(event).recover(failure -> deadLetter(event, failure));
    }

    private Future<Void> deadLetter(CloudEvent event, Throwable failure) {
        DeliveryException.warning(log, event, failure).log("delivery failed, sending to the dead letter sink");
        return deadLetterSink
                .deliver(withError(event, failure))
                .compose(delivered -> Future.failedFuture(new DeadLetteredException(failure)));
    }

    private CloudEvent withError(CloudEvent event, Throwable failure) {
        return TracedEvent.replace(event, original -> letter(original, failure));
    }

    private CloudEvent letter(CloudEvent event, Throwable failure) {
        CloudEventBuilder letter = CloudEventBuilder.v1(event)
                .withExtension("knativeerrordest", sinkUrl.toString())
                .withExtension("knativeerrorcode", errorCode(failure));
        String data = errorData(failure);
        return data.isEmpty() // an attribute cannot be empty
                ? letter.withoutExtension("knativeerrordata").build()
                : letter.withExtension("knativeerrordata", base64(data)).build();
    }

    private static int errorCode(Throwable failure) {
        return failure instanceof DeliveryException attempt ? attempt.status().orElse(NO_RESPONSE) : NO_RESPONSE;
    }

    private static String errorData(Throwable failure) {
        return failure instanceof DeliveryException attempt && attempt.status().isPresent()
                ? attempt.response()
                : "dispatch error: " + failure.getMessage();
    }

    private static String base64(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return Base64.getEncoder().encodeToString(Arrays.copyOf(bytes, Math.min(bytes.length, MAX_ERROR_DATA)));
    }
}
