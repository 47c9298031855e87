package dev.apiserversource.controller.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.kubernetes.client.CustomResource;
import org.jspecify.annotations.Nullable;

import java.util.Optional;

/**
 * A custom resource whose spec may be unreadable. An older CRD, or Knative's, accepts specs that do not fit the Java
 * types. One such object must not stop an informer, because the informer lists all objects at once.
 *
 * @param <S> the type of the spec
 */
public abstract class SourceResource<S> extends CustomResource<S, ApiServerSourceStatus> {

    /** Written by clones only: caches and reconcilers hold copies that are made by way of JSON. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    private @Nullable String specProblem;

    /** Why the spec cannot be read, with the field; {@code getSpec} returns an empty spec then. */
    public Optional<String> specProblem() {
        return Optional.ofNullable(specProblem);
    }

    /** The form of {@link #specProblem()} that Jackson writes. */
    public @Nullable String getSpecProblem() {
        return specProblem;
    }

    void setSpecProblem(@Nullable String problem) {
        this.specProblem = problem;
    }
}
