package dev.apiserversource.samples.eventdisplay;

import io.cloudevents.CloudEventContext;
import io.cloudevents.SpecVersion;

/** What CloudEvents 1.0 demands of attributes and the SDK does not look at. */
final class AttributeRules {

    private AttributeRules() {}

    /** Refuses {@code event} at the first rule that one of its attributes breaks. */
    static void check(CloudEventContext event) {
        if (event.getSpecVersion() != SpecVersion.V1) {
            throw Refusal.malformed("specversion is '" + event.getSpecVersion() + "': only 1.0 is read here");
        }
        event.getAttributeNames().forEach(name -> checkAttribute(name, String.valueOf(event.getAttribute(name))));
        event.getExtensionNames().forEach(name -> checkExtension(name, String.valueOf(event.getExtension(name))));
    }

    private static void checkAttribute(String name, String value) {
        if (value.isEmpty()) {
            throw Refusal.malformed(name + " is empty");
        }
        checkText(name, value);
    }

    private static void checkExtension(String name, String value) {
        if (name.isEmpty() || name.equals("data")) {
            throw Refusal.malformed("'" + name + "' is no attribute name");
        }
        checkText(name, value);
    }

    private static void checkText(String name, String value) {
        if (value.chars().anyMatch(Character::isISOControl)) {
            throw Refusal.malformed(name + " contains a control character");
        }
    }
}
