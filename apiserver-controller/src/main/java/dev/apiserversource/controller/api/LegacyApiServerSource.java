package dev.apiserversource.controller.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.Singular;
import io.fabric8.kubernetes.model.annotation.Version;
import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * The custom resource {@code sources.eventing.knative.dev/v1alpha1 ApiServerSource}, used before Knative Eventing 0.9.
 */
@Group("sources.eventing.knative.dev")
@Version("v1alpha1")
@Kind("ApiServerSource")
@Plural("apiserversources")
@Singular("apiserversource")
public final class LegacyApiServerSource extends CustomResource<LegacyApiServerSource.Spec, ApiServerSourceStatus>
        implements Namespaced {

    /**
     * The spec of the legacy resource. Selectors are called {@code labelSelector}, the sink is given without {@code
     * ref}.
     *
     * @param resources the kinds to watch
     * @param mode {@code Ref}, {@code Reference} or {@code Resource}
     * @param owner only objects whose controlling owner is of this kind
     * @param serviceAccountName the ServiceAccount of the adapter
     * @param sink the object that receives the events
     * @param ceOverrides attributes to set on every event
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Spec(
            @Nullable List<Resource> resources,
            @Nullable EventMode mode,
            ApiServerSourceSpec.@Nullable OwnerKind owner,
            @Nullable String serviceAccountName,
            @Nullable Sink sink,
            @Nullable CloudEventOverrides ceOverrides) {

        /**
         * One kind to watch.
         *
         * @param apiVersion group and version
         * @param kind the kind
         * @param labelSelector only objects whose labels match
         * @param controller refused by the CRD when true
         */
        @JsonIgnoreProperties(ignoreUnknown = true)
        @JsonInclude(JsonInclude.Include.NON_NULL)
        public record Resource(
                String apiVersion,
                String kind,
                @Nullable LabelSelector labelSelector,
                @Nullable Boolean controller) {}

        /**
         * The object that receives the events.
         *
         * @param apiVersion group and version of the object
         * @param kind its kind
         * @param name its name
         * @param namespace its namespace; that of the source when absent
         */
        @JsonIgnoreProperties(ignoreUnknown = true)
        @JsonInclude(JsonInclude.Include.NON_NULL)
        public record Sink(
                String apiVersion,
                String kind,
                String name,
                @Nullable String namespace) {}
    }
}
