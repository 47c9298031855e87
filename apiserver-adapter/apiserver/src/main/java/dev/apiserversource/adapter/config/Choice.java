package dev.apiserversource.adapter.config;

import com.fasterxml.jackson.databind.JsonNode;
import dev.apiserversource.frame.config.ConfigErrors;

/** A field with two values, of which one is the default. */
final class Choice {

    private Choice() {}

    /** Whether the field {@code where} has the value {@code chosen}, rather than {@code byDefault} or none. */
    static boolean isMade(String where, JsonNode value, ConfigErrors errors, String chosen, String byDefault) {
        String text = value.isContainerNode() ? value.toString() : value.asText("");
        if (!text.isEmpty() && !text.equals(chosen) && !text.equals(byDefault)) {
            errors.add(where, "'" + text + "' is unknown", "write " + chosen + " or " + byDefault);
        }
        return text.equals(chosen);
    }
}
