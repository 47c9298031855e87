package dev.apiserversource.controller.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.kubernetes.api.model.LabelSelector;
import org.jspecify.annotations.Nullable;

/**
 * One kind to watch.
 *
 * @param apiVersion group and version, {@code apps/v1}, or {@code v1} for the core group
 * @param kind the kind, {@code Deployment}
 * @param selector only objects whose labels match; all when absent
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record WatchedResource(
        String apiVersion, String kind, @Nullable LabelSelector selector) {}
