package dev.apiserversource.controller.sinkbinding;

import dev.apiserversource.controller.api.SinkBinding;
import dev.apiserversource.controller.identity.TokenSecrets;
import dev.apiserversource.controller.sink.SinkConditions;
import dev.apiserversource.controller.sink.SinkResolver.Resolution;
import dev.apiserversource.controller.status.ConditionValue;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The sink of a SinkBinding, and what its workloads need to send to it.
 *
 * @param resolution its address, or why there is none
 * @param identity the condition OIDCIdentityCreated
 * @param token the condition OIDCTokenSecretCreated
 * @param trustBundles ConfigMaps with certificates
 */
record BoundSink(Resolution resolution, ConditionValue identity, ConditionValue token, List<String> trustBundles) {

    /** A sink that expects no token, without trust bundles. */
    static BoundSink of(Resolution resolution) {
        return new BoundSink(resolution, SinkConditions.NO_TOKEN_NEEDED, SinkConditions.NO_TOKEN_NEEDED, List.of());
    }

    BoundSink withToken(ConditionValue identityCreated, ConditionValue secretCreated) {
        return new BoundSink(resolution, identityCreated, secretCreated, trustBundles);
    }

    BoundSink with(List<String> bundles) {
        return new BoundSink(resolution, identity, token, bundles);
    }

    /** The audience of the token that it expects. */
    Optional<String> audience() {
        return SinkConditions.audience(Stream.of(resolution));
    }

    /** The Secret with the token that it expects. */
    Optional<String> tokenSecret(SinkBinding binding) {
        return audience().map(audience -> TokenSecrets.name(binding));
    }

    /** Whether it has an address, and the token that it expects is there. */
    boolean canBeBound() {
        return SinkConditions.provided(resolution).isTrue() && identity.isTrue() && token.isTrue();
    }
}
