package dev.apiserversource.controller.apiserversource;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.apiserversource.controller.api.ApiServerSource;
import dev.apiserversource.controller.api.ApiServerSourceSpec;
import dev.apiserversource.controller.api.ApiServerSourceSpec.ChangeType;
import dev.apiserversource.controller.api.ApiServerSourceSpec.ChangedPart;
import dev.apiserversource.controller.api.ApiServerSourceSpec.EmitPolicy;
import dev.apiserversource.controller.api.ApiServerSourceSpec.ManagedFieldsPolicy;
import dev.apiserversource.controller.api.ApiServerSourceSpec.PreviousPolicy;
import dev.apiserversource.controller.api.ApiServerSourceSpec.RedactPolicy;
import dev.apiserversource.controller.api.CloudEventOverrides;
import dev.apiserversource.controller.api.DeliverySpec;
import dev.apiserversource.controller.identity.SinkIdentity;
import dev.apiserversource.controller.sink.SinkResolver.SinkAddress;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The environment of an adapter. Names are Knative's, except {@code JAVA_TOOL_OPTIONS} and those that checkpoint and
 * leader election need: {@code CHECKPOINT_NAME}, {@code LEASE_NAME}, {@code LEASE_DURATION} and {@code POD_NAME}.
 */
final class AdapterEnvironment {

    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * Without a standby no process waits for its expiry, so it is renewed less often. A restarted container and a
     * rollout do not wait either: the one has the same identity, at the other the Lease is released.
     */
    private static final String SINGLE_REPLICA_LEASE_SECONDS = "60";

    private final List<EnvVar> variables = new ArrayList<>();

    private AdapterEnvironment() {}

    static List<EnvVar> of(AdapterPlan plan, AdapterTemplate template) {
        AdapterEnvironment env = new AdapterEnvironment();
        String childName = AdapterMetadata.name(plan.source());
        env.set("NAME", plan.source().getMetadata().getName());
        // A reference as in Knative's Deployment: applied over it, a value would be refused beside the reference.
        env.field("NAMESPACE", "metadata.namespace");
        env.set("K_SINK", plan.sink().uri());
        env.set("K_SOURCE_CONFIG", json(SourceConfig.of(plan)));
        env.set("K_CE_OVERRIDES", overrides(plan.source().getSpec().ceOverrides()));
        env.set("K_CA_CERTS", plan.sink().caCerts());
        env.set("K_AUDIENCE", plan.sink().audience());
        env.set("K_OIDC_SERVICE_ACCOUNT", plan.sendsToken() ? SinkIdentity.name(plan.source()) : null);
        env.set("K_COMPONENT", "apiserversource");
        env.set("K_RESOURCE_GROUP", HasMetadata.getFullResourceName(ApiServerSource.class));
        env.set("SYSTEM_NAMESPACE", template.systemNamespace());
        env.set("METRICS_DOMAIN", "knative.dev/eventing");
        template.environment().forEach(env::set);
        env.set("CHECKPOINT_NAME", childName);
        env.set("LEASE_NAME", childName);
        env.set("LEASE_DURATION", plan.replicas() < 2 ? SINGLE_REPLICA_LEASE_SECONDS : null);
        env.field("POD_NAME", "metadata.name");
        env.set("JAVA_TOOL_OPTIONS", template.javaOptions());
        return env.variables;
    }

    private void set(String name, @Nullable String value) {
        if (value != null && !value.isEmpty()) {
            variables.add(new EnvVar(name, value, null));
        }
    }

    private void field(String name, String path) {
        variables.add(new EnvVarBuilder()
                .withName(name)
                .withNewValueFrom()
                .withNewFieldRef()
                .withApiVersion("v1")
                .withFieldPath(path)
                .endFieldRef()
                .endValueFrom()
                .build());
    }

    /** Sorted by name, so that equal overrides give equal text. */
    private static @Nullable String overrides(@Nullable CloudEventOverrides overrides) {
        return overrides == null || overrides.extensions().isEmpty()
                ? null
                : json(Map.of("extensions", new TreeMap<>(overrides.extensions())));
    }

    private static String json(Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("records and maps of strings can be written as JSON", e);
        }
    }

    /** The JSON of {@code K_SOURCE_CONFIG}. The capitals in {@link Gvr} are Knative's. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record SourceConfig(
            List<String> namespaces,
            boolean allNamespaces,
            List<Watch> resources,
            ApiServerSourceSpec.@Nullable OwnerKind owner,
            String mode,
            @Nullable List<JsonNode> filters,
            @Nullable List<ChangeType> eventTypes,
            @Nullable ManagedFieldsPolicy managedFields,
            @Nullable RedactPolicy redact,
            @Nullable Delivery delivery,
            @Nullable EmitPolicy initialState,
            @Nullable EmitPolicy gaps,
            @Nullable String replay,
            boolean failFast) {

        static SourceConfig of(AdapterPlan plan) {
            ApiServerSourceSpec spec = plan.source().getSpec();
            return new SourceConfig(
                    plan.namespaces().watched(),
                    plan.namespaces().all(),
                    plan.kinds().kinds().stream().map(Watch::of).toList(),
                    spec.owner(),
                    spec.mode().wireName(),
                    spec.filters().isEmpty() ? null : spec.filters(),
                    spec.eventTypes(),
                    spec.managedFields(),
                    spec.redact(),
                    spec.delivery() == null ? null : Delivery.of(spec.delivery(), plan.deadLetterSink()),
                    unlessDefault(spec.initialState()),
                    unlessDefault(spec.gaps()),
                    spec.replay(),
                    plan.source().skipsPermissionsCheck());
        }

        /** Defaults are left out, so that the JSON of a source without these fields is identical to Knative's. */
        private static @Nullable EmitPolicy unlessDefault(EmitPolicy policy) {
            return policy == EmitPolicy.SKIP ? null : policy;
        }

        @JsonInclude(JsonInclude.Include.NON_NULL)
        record Watch(
                Gvr gvr,
                String selector,
                @Nullable String fieldSelector,
                @Nullable ChangedPart changes,
                @Nullable List<String> redactPaths,
                @Nullable PreviousPolicy previous) {

            static Watch of(WatchedKinds.Kind kind) {
                return new Watch(
                        new Gvr(
                                kind.resource().group(),
                                kind.resource().version(),
                                kind.resource().plural()),
                        kind.selector(),
                        kind.fieldSelector(),
                        kind.changes(),
                        kind.redactPaths(),
                        kind.previous());
            }
        }

        record Gvr(
                @JsonProperty("Group") String group,
                @JsonProperty("Version") String version,
                @JsonProperty("Resource") String resource) {}

        /** The DeliverySpec of the source, with the dead letter sink as an address. */
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
}
