package dev.apiserversource.controller.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * Where events go. Knative's
 * <a href="https://pkg.go.dev/knative.dev/pkg/apis/duck/v1#Destination">Destination</a>.
 *
 * @param ref an object that has an address
 * @param uri an absolute URL, or with {@code ref} a path relative to the address of that object
 * @param caCerts PEM certificates trusted for the address
 * @param audience audience of the token that the address expects; only an ApiServerSource sends one
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Destination(
        @Nullable ObjectRef ref,
        @Nullable String uri,
        @JsonProperty("CACerts") @Nullable String caCerts,
        @Nullable String audience) {

    /** The destination of a source without a sink; it never resolves. */
    public static final Destination NONE = new Destination(null, null, null, null);

    /**
     * A reference to an object that has an address.
     *
     * @param apiVersion group and version of the object
     * @param kind its kind
     * @param name its name
     * @param namespace its namespace; that of the source when absent
     * @param address the name of one of its addresses; the first when absent
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record ObjectRef(
            String apiVersion,
            String kind,
            String name,
            @Nullable String namespace,
            @Nullable String address) {

        /** Refuses what the CRD refuses, because objects may be older than it. */
        public ObjectRef {
            Required.field("apiVersion", apiVersion);
            Required.field("kind", kind);
            Required.field("name", name);
        }
    }
}
