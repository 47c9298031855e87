package dev.apiserversource.samples.eventdisplay;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.cloudevents.CloudEvent;
import io.cloudevents.core.format.EventDeserializationException;
import io.cloudevents.rw.CloudEventRWException;
import io.cloudevents.rw.CloudEventRWException.CloudEventRWExceptionKind;

import java.util.Objects;
import java.util.function.Supplier;

/** Lets the SDK read an event, and holds the result to the rest of the specification. */
final class CheckedReading {

    private CheckedReading() {}

    /**
     * The event that {@code sdk} reads.
     *
     * @throws Refusal with the SDK's own words when it cannot read the event, with ours when it lets pass what it should not
     */
    static CloudEvent of(Supplier<CloudEvent> sdk) {
        CloudEvent event;
        try {
            event = sdk.get();
        } catch (RuntimeException e) {
            // Of many types, few of them documented; all there was to go wrong is what the sender sent.
            throw Refusal.malformed(printable(reason(e)));
        }
        AttributeRules.check(event);
        return event;
    }

    /** The words of the exception that says what is wrong: some are only wrapped around it. */
    private static String reason(Throwable e) {
        Throwable cause = e.getCause();
        if (cause != null && isWrapper(e)) {
            return reason(cause);
        }
        // Jackson adds a place, but in a text that is not the sender's.
        String words = e instanceof JsonProcessingException json ? json.getOriginalMessage() : e.getMessage();
        return Objects.requireNonNullElse(
                words, "the event cannot be read: " + e.getClass().getSimpleName());
    }

    private static boolean isWrapper(Throwable e) {
        return e instanceof EventDeserializationException
                || (e instanceof CloudEventRWException rw && rw.getKind() == CloudEventRWExceptionKind.OTHER);
    }

    /** The SDK quotes what was sent: it must not begin a line of the log. */
    private static String printable(String reason) {
        return reason.replaceAll("\\p{Cc}", "?");
    }
}
