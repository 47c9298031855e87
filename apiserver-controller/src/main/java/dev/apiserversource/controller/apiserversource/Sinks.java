package dev.apiserversource.controller.apiserversource;

import dev.apiserversource.controller.api.ApiServerSource;
import dev.apiserversource.controller.namespaces.NamespaceSelection;
import dev.apiserversource.controller.sink.SinkConditions;
import dev.apiserversource.controller.sink.SinkResolver.Resolution;
import dev.apiserversource.controller.sink.SinkResolver.SinkAddress;
import dev.apiserversource.controller.sink.SinkResolver.Unresolved;
import dev.apiserversource.controller.status.ConditionValue;
import org.jspecify.annotations.Nullable;

import java.util.Optional;
import java.util.stream.Stream;

/**
 * The resolved sink and dead letter sink.
 *
 * @param identity the condition OIDCIdentityCreated: whether the source can authenticate itself to them
 */
record Sinks(Resolution sink, @Nullable Resolution deadLetterSink, ConditionValue identity) {

    /** Sinks that expect no token, or whose identity is not ensured yet. */
    Sinks(Resolution sink, @Nullable Resolution deadLetterSink) {
        this(sink, deadLetterSink, SinkConditions.NO_TOKEN_NEEDED);
    }

    Sinks withIdentity(ConditionValue ensured) {
        return new Sinks(sink, deadLetterSink, ensured);
    }

    ConditionValue sinkProvided() {
        ConditionValue provided = SinkConditions.provided(sink);
        return provided.isTrue() && deadLetterSink instanceof Unresolved unresolved
                ? ConditionValue.ofFalse(unresolved.reason(), "spec.delivery.deadLetterSink: " + unresolved.message())
                : provided;
    }

    /** Whether one of them has an audience. */
    boolean expectToken() {
        return SinkConditions.audience(Stream.concat(Stream.of(sink), Stream.ofNullable(deadLetterSink)))
                .isPresent();
    }

    Optional<AdapterPlan> plan(ApiServerSource source, WatchedKinds kinds, NamespaceSelection namespaces) {
        return sinkProvided().isTrue() && identity.isTrue()
                ? Optional.of(
                        new AdapterPlan(source, (SinkAddress) sink, (SinkAddress) deadLetterSink, kinds, namespaces))
                : Optional.empty();
    }
}
