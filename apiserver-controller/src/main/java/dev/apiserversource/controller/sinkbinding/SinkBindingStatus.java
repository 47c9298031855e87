package dev.apiserversource.controller.sinkbinding;

import dev.apiserversource.controller.api.ApiServerSourceStatus;
import dev.apiserversource.controller.api.ApiServerSourceStatus.AuthStatus;
import dev.apiserversource.controller.api.Condition;
import dev.apiserversource.controller.api.SinkBinding;
import dev.apiserversource.controller.identity.SinkIdentity;
import dev.apiserversource.controller.identity.TokenVolume;
import dev.apiserversource.controller.sink.SinkConditions;
import dev.apiserversource.controller.sink.SinkEnvironment;
import dev.apiserversource.controller.sink.SinkResolver.SinkAddress;
import dev.apiserversource.controller.status.ConditionValue;
import dev.apiserversource.controller.status.Conditions;
import dev.apiserversource.controller.trust.BundleVolume;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The status of a SinkBinding: a pure function of sink, result, the previous status and the time. */
final class SinkBindingStatus {

    static final String SINK_PROVIDED = "SinkProvided";
    static final String SINK_BINDING_AVAILABLE = "SinkBindingAvailable";
    static final String OIDC_IDENTITY_CREATED = "OIDCIdentityCreated";
    static final String OIDC_TOKEN_SECRET_CREATED = "OIDCTokenSecretCreated";

    /** Where the admission policy reads the value of {@code K_CE_OVERRIDES}: CEL cannot write JSON. */
    static final String OVERRIDES = "apiserversource.dev/ce-overrides";

    /** Where the policy reads the ConfigMaps with trust bundles: names with commas between them. */
    static final String TRUST_BUNDLES = "apiserversource.dev/trust-bundles";

    /** Where the policy reads the Secret with the token. */
    static final String TOKEN_SECRET = "apiserversource.dev/token-secret";

    private SinkBindingStatus() {}

    /**
     * The new status.
     *
     * @param sink its address, identity and certificates
     * @param available whether the workloads have the sink
     * @param now RFC 3339, the transition time of conditions that change
     */
    static ApiServerSourceStatus of(SinkBinding binding, BoundSink sink, ConditionValue available, String now) {
        Map<String, ConditionValue> causesFirst = new LinkedHashMap<>();
        causesFirst.put(SINK_PROVIDED, SinkConditions.provided(sink.resolution()));
        causesFirst.put(OIDC_IDENTITY_CREATED, sink.identity());
        causesFirst.put(OIDC_TOKEN_SECRET_CREATED, sink.token());
        causesFirst.put(SINK_BINDING_AVAILABLE, available);
        ApiServerSourceStatus status = ApiServerSourceStatus.withConditions(
                binding.getStatus(),
                binding.getMetadata().getGeneration(),
                Conditions.of(causesFirst, conditions(binding), now));
        // While the sink does not resolve, the workloads keep the last address, and new ones get it.
        return sink.canBeBound() && sink.resolution() instanceof SinkAddress address
                ? status.withSink(address.uri(), address.caCerts(), address.audience())
                        .withAuth(sink.audience()
                                .map(audience -> new AuthStatus(SinkIdentity.name(binding)))
                                .orElse(null))
                        .withAnnotations(annotations(binding, sink))
                : status;
    }

    private static Map<String, String> annotations(SinkBinding binding, BoundSink sink) {
        Map<String, String> annotations = new TreeMap<>();
        annotations.put(OVERRIDES, SinkEnvironment.overrides(binding.getSpec().ceOverrides()));
        annotations.put(TRUST_BUNDLES, String.join(",", sink.trustBundles()));
        annotations.put(TOKEN_SECRET, sink.tokenSecret(binding).orElse(""));
        annotations.values().removeIf(String::isEmpty);
        return annotations;
    }

    /** The ConfigMaps with trust bundles that the workloads have by the status. */
    static List<String> trustBundles(SinkBinding binding) {
        return annotation(binding, TRUST_BUNDLES)
                .map(names -> List.of(names.split(",")))
                .orElse(List.of());
    }

    /** What the workloads have by the status; empty while there is no address. */
    static Optional<PodAdditions> additions(SinkBinding binding) {
        return Optional.ofNullable(binding.getStatus())
                .filter(status -> status.sinkUri() != null)
                .map(status -> new SinkAddress(
                        Objects.requireNonNull(status.sinkUri()), status.sinkCACerts(), status.sinkAudience()))
                .map(sink -> additions(binding, sink, trustBundles(binding), annotation(binding, TOKEN_SECRET)));
    }

    /** What the workloads get. */
    static PodAdditions additions(
            SinkBinding binding, SinkAddress sink, List<String> trustBundles, Optional<String> tokenSecret) {
        return new PodAdditions(
                SinkEnvironment.variables(sink, binding.getSpec().ceOverrides()),
                Stream.concat(BundleVolume.of(trustBundles).stream(), tokenSecret.map(TokenVolume::of).stream())
                        .toList());
    }

    private static Optional<String> annotation(SinkBinding binding, String name) {
        return Optional.ofNullable(binding.getStatus())
                .map(status -> status.annotations().get(name));
    }

    /** The conditions in the status, none when there is no status. */
    static List<Condition> conditions(SinkBinding binding) {
        return binding.getStatus() == null ? List.of() : binding.getStatus().conditions();
    }
}
