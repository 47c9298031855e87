package dev.apiserversource.controller.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.Namespaced;
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
@JsonDeserialize(converter = LegacyApiServerSource.Reader.class)
public final class LegacyApiServerSource extends SourceResource<LegacyApiServerSource.Spec> implements Namespaced {

    static final class Reader extends LenientReader<Spec, LegacyApiServerSource> {

        Reader() {
            super(LegacyApiServerSource::new, Spec.class);
        }
    }

    /**
     * The spec of the legacy resource. Selectors are called {@code labelSelector}, the sink may be given without
     * {@code ref}.
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
                @Nullable Boolean controller) {

            /** Refuses what the CRD refuses, because objects may be older than it. */
            public Resource {
                Required.field("apiVersion", apiVersion);
                Required.field("kind", kind);
            }
        }

        /**
         * The object that receives the events, given inline or as {@code ref}.
         *
         * @param apiVersion group and version of the object
         * @param kind its kind
         * @param name its name
         * @param namespace its namespace; that of the source when absent
         * @param ref the object, in the form of Knative 0.9 and later
         * @param uri an absolute URL, or with {@code ref} a path relative to the address of that object
         */
        @JsonIgnoreProperties(ignoreUnknown = true)
        @JsonInclude(JsonInclude.Include.NON_NULL)
        public record Sink(
                @Nullable String apiVersion,
                @Nullable String kind,
                @Nullable String name,
                @Nullable String namespace,
                Destination.@Nullable ObjectRef ref,
                @Nullable String uri) {

            /** The same sink in the form of v1. Of both forms, {@code ref} is used. */
            public Destination destination() {
                return new Destination(ref == null ? inline() : ref, uri, null, null);
            }

            private Destination.@Nullable ObjectRef inline() {
                return apiVersion == null || kind == null || name == null
                        ? null
                        : new Destination.ObjectRef(apiVersion, kind, name, namespace, null);
            }
        }
    }
}
