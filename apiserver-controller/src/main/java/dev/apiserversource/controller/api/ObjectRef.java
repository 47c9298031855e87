package dev.apiserversource.controller.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

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
        @Nullable String address) {}
