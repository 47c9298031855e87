package dev.apiserversource.samples.samplesource.controller;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Version;
import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Map;

/** The custom resource {@code samples.knative.dev/v1alpha1 SampleSource}. Its fields are declared in the CRD. */
@Group("samples.knative.dev")
@Version("v1alpha1")
public final class SampleSource extends CustomResource<SampleSource.Spec, SampleSource.Status> implements Namespaced {

    private static final long serialVersionUID = 1;

    /**
     * What the user wants.
     *
     * @param sink where events go; handed on to the SinkBinding as it is
     * @param ceOverrides attributes for every event; handed on likewise
     * @param interval from one event to the next, such as {@code 10s}
     * @param serviceAccountName of the adapter's pod
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Spec(
            Map<String, Object> sink,
            @Nullable Map<String, Object> ceOverrides,
            String interval,
            @Nullable String serviceAccountName) {}

    /**
     * What the controller has observed.
     *
     * @param observedGeneration of the spec that was reconciled
     * @param conditions {@code Ready}, and what it depends on
     * @param sinkUri the address of the sink
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Status(
            @Nullable Long observedGeneration,
            @Nullable List<Condition> conditions,
            @Nullable String sinkUri) {}

    /**
     * One aspect of the state.
     *
     * @param type the aspect
     * @param status {@code True}, {@code False} or {@code Unknown}
     * @param reason why it is not True, as one word
     * @param message why, as a sentence
     * @param lastTransitionTime when {@code status} changed, RFC 3339
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Condition(
            String type,
            String status,
            @Nullable String reason,
            @Nullable String message,
            String lastTransitionTime) {}
}
