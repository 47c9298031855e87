package dev.apiserversource.controller.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * Where events go, as the user wrote it.
 *
 * @param ref an object that has an address
 * @param uri an absolute URL, or with {@code ref} a path below that object's address
 * @param caCerts PEM certificates trusted for the address
 * @param audience audience of the token sent to the address
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Destination(
        @Nullable ObjectRef ref,
        @Nullable String uri,
        @JsonProperty("CACerts") @Nullable String caCerts,
        @Nullable String audience) {

    /** The destination of a source that names none; it resolves to nothing. */
    public static final Destination NOWHERE = new Destination(null, null, null, null);
}
