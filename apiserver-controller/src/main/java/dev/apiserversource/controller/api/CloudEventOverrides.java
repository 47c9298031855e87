package dev.apiserversource.controller.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;

import java.util.Map;

/**
 * Changes to every event before it is delivered.
 *
 * @param extensions attributes to set; they replace those of the same name
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record CloudEventOverrides(Map<String, String> extensions) {

    /** Reads an absent map as an empty one. */
    @SuppressWarnings("ConstantValue") // Jackson passes null for an absent field
    public CloudEventOverrides {
        extensions = extensions == null ? Map.of() : Map.copyOf(extensions);
    }
}
