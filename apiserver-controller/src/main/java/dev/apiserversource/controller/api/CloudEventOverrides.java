package dev.apiserversource.controller.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;

import java.util.Map;

/**
 * Changes to every event before it is sent.
 *
 * @param extensions attributes to set, which replace those of the same name
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record CloudEventOverrides(Map<String, String> extensions) {

    /** Takes an absent map for an empty one. */
    @SuppressWarnings("ConstantValue") // Jackson hands null for what is absent
    public CloudEventOverrides {
        extensions = extensions == null ? Map.of() : Map.copyOf(extensions);
    }
}
