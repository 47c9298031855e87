package dev.apiserversource.controller.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.LabelSelector;
import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The desired state of an ApiServerSource.
 *
 * @param resources the kinds to watch
 * @param mode the content of an event
 * @param owner only objects whose controlling owner is of this kind; all when absent
 * @param serviceAccountName the ServiceAccount of the adapter
 * @param namespaceSelector the namespaces to watch; that of the source when absent, all when empty
 * @param sink where events go
 * @param ceOverrides attributes to set on every event
 * @param filters CloudEvents Subscriptions API filters, passed to the adapter unchanged
 * @param delivery retries, timeout and dead letter sink; retries have no limit when absent
 * @param initialState whether objects that exist at the first start of the source are emitted as added
 * @param gaps whether a gap event is emitted when intermediate states may have been missed
 * @param replicas number of adapters, of which one is the leader
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ApiServerSourceSpec(
        List<WatchedResource> resources,
        EventMode mode,
        @Nullable OwnerKind owner,
        String serviceAccountName,
        @Nullable LabelSelector namespaceSelector,
        Destination sink,
        @Nullable CloudEventOverrides ceOverrides,
        List<JsonNode> filters,
        @Nullable DeliverySpec delivery,
        EmitPolicy initialState,
        EmitPolicy gaps,
        Integer replicas) {

    private static final String DEFAULT_SERVICE_ACCOUNT = "default";
    private static final String GAP = "dev.apiserversource.gap";

    /**
     * Sets defaults. The CRD declares those of Knative's fields, but objects may be older than it. It declares none for
     * the fields that Knative does not have, so that stored objects stay valid under Knative's CRD.
     */
    @SuppressWarnings("ConstantValue") // Jackson passes null for an absent field
    public ApiServerSourceSpec {
        resources = resources == null ? List.of() : List.copyOf(resources);
        mode = Objects.requireNonNullElse(mode, EventMode.REFERENCE);
        serviceAccountName = serviceAccountName == null || serviceAccountName.isEmpty()
                ? DEFAULT_SERVICE_ACCOUNT
                : serviceAccountName;
        sink = Objects.requireNonNullElse(sink, Destination.NONE);
        filters = filters == null ? List.of() : List.copyOf(filters);
        initialState = Objects.requireNonNullElse(initialState, EmitPolicy.SKIP);
        gaps = Objects.requireNonNullElse(gaps, EmitPolicy.SKIP);
        replicas = Objects.requireNonNullElse(replicas, 1);
    }

    /** The CloudEvent types that the source emits. */
    public List<String> eventTypes() {
        return gaps == EmitPolicy.EMIT
                ? Stream.concat(mode.eventTypes().stream(), Stream.of(GAP)).toList()
                : mode.eventTypes();
    }

    /** The dead letter sink of {@code delivery}, if any. */
    public Optional<Destination> deadLetterSink() {
        return Optional.ofNullable(delivery).map(DeliverySpec::deadLetterSink);
    }

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
            String apiVersion, String kind, @Nullable LabelSelector selector) {

        /** Refuses what the CRD refuses, because objects may be older than it. */
        public WatchedResource {
            Required.field("apiVersion", apiVersion);
            Required.field("kind", kind);
        }
    }

    /**
     * The kind of a controlling owner; an absent field matches all.
     *
     * @param apiVersion group and version of the owner
     * @param kind kind of the owner
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record OwnerKind(
            @Nullable String apiVersion, @Nullable String kind) {}

    /** Whether the adapter emits events that are off by default. */
    public enum EmitPolicy {
        /** They are emitted. */
        @JsonProperty("Emit")
        EMIT,

        /** They are not emitted. */
        @JsonProperty("Skip")
        SKIP
    }
}
