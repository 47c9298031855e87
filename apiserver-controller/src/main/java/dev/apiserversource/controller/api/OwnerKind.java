package dev.apiserversource.controller.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * The kind of a controlling owner; what is absent matches all.
 *
 * @param apiVersion group and version of the owner
 * @param kind kind of the owner
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record OwnerKind(
        @Nullable String apiVersion, @Nullable String kind) {}
