package dev.apiserversource.samples.eventreceiver;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.cloudevents.CloudEvent;
import io.cloudevents.CloudEventContext;
import io.cloudevents.SpecVersion;
import io.cloudevents.core.format.EventDeserializationException;
import io.cloudevents.rw.CloudEventRWException;
import io.cloudevents.rw.CloudEventRWException.CloudEventRWExceptionKind;

import java.util.Objects;
import java.util.function.Supplier;

/** Reads an event with the SDK and checks the rules of CloudEvents 1.0 that the SDK does not enforce. */
final class EventValidator {

    private EventValidator() {}

    /**
     * The event that {@code sdk} reads.
     *
     * @throws RejectedRequestException with the SDK's message when it cannot read the event, or with the violated rule
     */
    static CloudEvent read(Supplier<CloudEvent> sdk) {
        CloudEvent event;
        try {
            event = sdk.get();
        } catch (RuntimeException e) {
            // The SDK throws many types, few of them documented. Its only input is the request.
            throw RejectedRequestException.malformed(printable(reason(e)));
        }
        check(event);
        return event;
    }

    private static void check(CloudEventContext event) {
        if (event.getSpecVersion() != SpecVersion.V1) {
            throw RejectedRequestException.malformed(
                    "specversion is '" + event.getSpecVersion() + "': only 1.0 is read here");
        }
        event.getAttributeNames().forEach(name -> checkAttribute(name, String.valueOf(event.getAttribute(name))));
        event.getExtensionNames().forEach(name -> checkExtension(name, String.valueOf(event.getExtension(name))));
    }

    private static void checkAttribute(String name, String value) {
        if (value.isEmpty()) {
            throw RejectedRequestException.malformed(name + " is empty");
        }
        checkText(name, value);
    }

    private static void checkExtension(String name, String value) {
        if (name.isEmpty() || name.equals("data")) {
            throw RejectedRequestException.malformed("'" + name + "' is no attribute name");
        }
        checkText(name, value);
    }

    private static void checkText(String name, String value) {
        if (value.chars().anyMatch(Character::isISOControl)) {
            throw RejectedRequestException.malformed(name + " contains a control character");
        }
    }

    /** The message of the exception that names the problem; some exceptions only wrap it. */
    private static String reason(Throwable e) {
        Throwable cause = e.getCause();
        if (cause != null && isWrapper(e)) {
            return reason(cause);
        }
        // Jackson's full message adds a location in the envelope, which the client never sent.
        String message = e instanceof JsonProcessingException json ? json.getOriginalMessage() : e.getMessage();
        return Objects.requireNonNullElse(
                message, "the event cannot be read: " + e.getClass().getSimpleName());
    }

    private static boolean isWrapper(Throwable e) {
        return e instanceof EventDeserializationException
                || (e instanceof CloudEventRWException rw && rw.getKind() == CloudEventRWExceptionKind.OTHER);
    }

    /** The SDK quotes the request: a line break in it must not forge a log line. */
    private static String printable(String reason) {
        return reason.replaceAll("\\p{Cc}", "?");
    }
}
