package dev.apiserversource.controller.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import org.jspecify.annotations.Nullable;

/**
 * An object as the API server stores it, before its spec and status are read. The API server validates metadata
 * only; spec and status have the shape of whichever CRD was installed when they were written.
 */
@JsonIgnoreProperties(ignoreUnknown = true)
record StoredResource(
        @Nullable ObjectMeta metadata,
        @Nullable JsonNode spec,
        @Nullable JsonNode status,
        @Nullable String specProblem) {}
