package dev.apiserversource.controller.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import org.jspecify.annotations.Nullable;

import java.util.Objects;

/**
 * The desired state of a ContainerSource.
 *
 * @param sink where the containers send events
 * @param ceOverrides attributes that the containers set on every event
 * @param template the pod; fields that this program does not know are kept
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ContainerSourceSpec(
        Destination sink, @Nullable CloudEventOverrides ceOverrides, PodTemplateSpec template) {

    /** Reads absent objects as empty ones. */
    @SuppressWarnings("ConstantValue") // Jackson passes null for an absent field
    public ContainerSourceSpec {
        sink = Objects.requireNonNullElse(sink, Destination.NONE);
        template = Objects.requireNonNullElseGet(template, PodTemplateSpec::new);
        template.setSpec(Objects.requireNonNullElseGet(template.getSpec(), PodSpec::new));
    }
}
