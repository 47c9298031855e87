package dev.apiserversource.controller.api;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Whether something that is not told by default comes out as events. */
public enum Emission {
    /** It is told. */
    @JsonProperty("Emit")
    EMIT,

    /** It is not. */
    @JsonProperty("Skip")
    SKIP
}
