package dev.apiserversource.controller.apiserversource;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.apiserversource.controller.api.ApiServerSourceSpec;
import dev.apiserversource.controller.api.DeliverySpec;
import dev.apiserversource.controller.api.Emission;
import dev.apiserversource.controller.api.OwnerKind;
import dev.apiserversource.controller.sink.SinkAddress;
import org.jspecify.annotations.Nullable;

import java.util.List;

/** The JSON of {@code K_SOURCE_CONFIG}: what the adapter is told to watch. The capitals are Knative's. */
@JsonInclude(JsonInclude.Include.NON_NULL)
record SourceConfig(
        List<String> namespaces,
        boolean allNamespaces,
        List<Watch> resources,
        @Nullable OwnerKind owner,
        String mode,
        @Nullable List<JsonNode> filters,
        @Nullable Delivery delivery,
        @Nullable Emission initialState,
        @Nullable Emission gaps,
        boolean failFast) {

    private static final ObjectMapper JSON = new ObjectMapper();

    static SourceConfig of(AdapterPlan plan) {
        ApiServerSourceSpec spec = plan.source().spec();
        return new SourceConfig(
                plan.namespaces().names(),
                plan.namespaces().all(),
                plan.watched().kinds().stream().map(Watch::of).toList(),
                spec.owner(),
                spec.mode().wireName(),
                spec.filters().isEmpty() ? null : spec.filters(),
                spec.delivery() == null ? null : Delivery.of(spec.delivery(), plan.deadLetterSink()),
                unlessDefault(spec.initialState()),
                unlessDefault(spec.gaps()),
                false);
    }

    /** What the adapter does anyway is not said, so that a source without fields of ours gives exactly Knative's form. */
    private static @Nullable Emission unlessDefault(Emission emission) {
        return emission == Emission.SKIP ? null : emission;
    }

    String toJson() {
        try {
            return JSON.writeValueAsString(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("records of text can be written as JSON", e);
        }
    }

    record Watch(Gvr gvr, String selector) {

        static Watch of(WatchedKinds.Kind kind) {
            return new Watch(
                    new Gvr(
                            kind.resource().group(),
                            kind.resource().version(),
                            kind.resource().plural()),
                    kind.selector());
        }
    }

    record Gvr(
            @JsonProperty("Group") String group,
            @JsonProperty("Version") String version,
            @JsonProperty("Resource") String resource) {}

    /** The user's DeliverySpec, with the dead letter sink as an address. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Delivery(
            @Nullable Integer retry,
            @Nullable String backoffPolicy,
            @Nullable String backoffDelay,
            @Nullable String timeout,
            @Nullable String retryAfterMax,
            @Nullable DeadLetterSink deadLetterSink) {

        static Delivery of(DeliverySpec spec, @Nullable SinkAddress deadLetterSink) {
            return new Delivery(
                    spec.retry(),
                    spec.backoffPolicy(),
                    spec.backoffDelay(),
                    spec.timeout(),
                    spec.retryAfterMax(),
                    deadLetterSink == null
                            ? null
                            : new DeadLetterSink(
                                    deadLetterSink.uri(), deadLetterSink.caCerts(), deadLetterSink.audience()));
        }
    }

    @JsonInclude(JsonInclude.Include.NON_NULL)
    record DeadLetterSink(
            String uri,
            @JsonProperty("CACerts") @Nullable String caCerts,
            @Nullable String audience) {}
}
