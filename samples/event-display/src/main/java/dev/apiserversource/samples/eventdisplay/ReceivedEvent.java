package dev.apiserversource.samples.eventdisplay;

import org.jspecify.annotations.Nullable;

import java.util.Map;

/**
 * A CloudEvent as it is printed, however it travelled.
 *
 * @param attributes every attribute by its name, in the text form of the specification's type system
 * @param data the payload; null when the event has none
 */
record ReceivedEvent(
        Map<String, String> attributes, @Nullable EventData data) {

    /**
     * An event with valid attributes.
     *
     * @throws Refusal when an attribute breaks a rule of CloudEvents 1.0
     */
    ReceivedEvent {
        attributes = Map.copyOf(attributes);
        AttributeRules.check(attributes);
    }

    /** A payload as text; {@code json} when the event declares it to be JSON, which does not make it valid JSON. */
    record EventData(String text, boolean json) {}
}
