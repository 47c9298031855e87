package dev.apiserversource.frame.delivery;

import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;

/**
 * Writes on an event why the sink at {@code destination} did not take it, in the extensions that Knative's dispatcher uses.
 *
 * <p>{@code knativeerrordata} is base64, as there: whatever the sink said becomes a valid attribute.
 */
record DeadLetters(URI destination) {

    /** What Knative says when there was no answer, and so no status. */
    private static final int NO_ANSWER = 500;

    /** So many bytes make the 1024 characters of base64 that {@code knativeerrordata} may have. */
    private static final int MOST_DATA = 768;

    /** A copy of {@code event}, the same id included, with the extensions added. */
    CloudEvent of(CloudEvent event, Throwable failure) {
        CloudEventBuilder letter = CloudEventBuilder.v1(event)
                .withExtension("knativeerrordest", destination.toString())
                .withExtension("knativeerrorcode", code(failure));
        String said = said(failure);
        return said.isEmpty() // an attribute must not be
                ? letter.withoutExtension("knativeerrordata").build()
                : letter.withExtension("knativeerrordata", base64(said)).build();
    }

    private static int code(Throwable failure) {
        return failure instanceof DeliveryException answer ? answer.status().orElse(NO_ANSWER) : NO_ANSWER;
    }

    private static String said(Throwable failure) {
        return failure instanceof DeliveryException answer && answer.status().isPresent()
                ? answer.excerpt()
                : "dispatch error: " + failure.getMessage();
    }

    private static String base64(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return Base64.getEncoder().encodeToString(Arrays.copyOf(bytes, Math.min(bytes.length, MOST_DATA)));
    }
}
