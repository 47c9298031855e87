package dev.apiserversource.controller.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.kubernetes.api.model.LabelSelector;
import org.jspecify.annotations.Nullable;

import java.util.Objects;

/**
 * The desired state of a SinkBinding.
 *
 * @param subject the workloads
 * @param sink where the workloads send events
 * @param ceOverrides attributes that the workloads set on every event
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record SinkBindingSpec(
        @Nullable Subject subject,
        Destination sink,
        @Nullable CloudEventOverrides ceOverrides) {

    /** Reads an absent sink as an empty one. */
    @SuppressWarnings("ConstantValue") // Jackson passes null for an absent field
    public SinkBindingSpec {
        sink = Objects.requireNonNullElse(sink, Destination.NONE);
    }

    /**
     * Workloads of a kind with a pod template.
     *
     * @param apiVersion group and version of the kind
     * @param kind the kind
     * @param namespace that of the SinkBinding, or absent
     * @param name one workload
     * @param selector the labels of several workloads
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Subject(
            String apiVersion,
            String kind,
            @Nullable String namespace,
            @Nullable String name,
            @Nullable LabelSelector selector) {

        /** Refuses what the CRD refuses, because objects may be older than it. */
        public Subject {
            Required.field("apiVersion", apiVersion);
            Required.field("kind", kind);
        }
    }
}
