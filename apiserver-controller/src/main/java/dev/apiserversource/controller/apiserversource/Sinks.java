package dev.apiserversource.controller.apiserversource;

import dev.apiserversource.controller.api.ApiServerSource;
import dev.apiserversource.controller.namespaces.NamespaceSelection;
import dev.apiserversource.controller.sink.SinkResolver.Resolution;
import dev.apiserversource.controller.sink.SinkResolver.SinkAddress;
import dev.apiserversource.controller.sink.SinkResolver.Unresolved;
import dev.apiserversource.controller.status.ConditionValue;
import org.jspecify.annotations.Nullable;

import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** The resolved sink and dead letter sink. */
record Sinks(Resolution sink, @Nullable Resolution deadLetterSink) {

    ConditionValue sinkProvided() {
        if (sink instanceof Unresolved unresolved) {
            return ConditionValue.ofFalse(unresolved.reason(), unresolved.message());
        }
        return deadLetterSink instanceof Unresolved unresolved
                ? ConditionValue.ofFalse(unresolved.reason(), "spec.delivery.deadLetterSink: " + unresolved.message())
                : otherVersion((SinkAddress) sink);
    }

    private static ConditionValue otherVersion(SinkAddress sink) {
        return sink.servedApiVersion() == null
                ? ConditionValue.TRUE
                : ConditionValue.ofTrue(
                        "OtherVersion",
                        "the API server does not serve the version in spec.sink.ref; the sink was found in "
                                + sink.servedApiVersion() + ": name that version");
    }

    /** False while a sink expects a token: it would refuse every event. */
    ConditionValue identity() {
        return Stream.of(Optional.of(sink), Optional.ofNullable(deadLetterSink))
                .flatMap(Optional::stream)
                .filter(SinkAddress.class::isInstance)
                .map(resolution -> ((SinkAddress) resolution).audience())
                .filter(Objects::nonNull)
                .findFirst()
                .map(audience -> ConditionValue.ofFalse(
                        "NotSupported",
                        "the sink expects a token for the audience " + audience
                                + ", and tokens are not supported: name a sink without an audience"))
                .orElse(ConditionValue.ofTrue("Disabled", "events are sent without a token"));
    }

    Optional<AdapterPlan> plan(ApiServerSource source, WatchedKinds kinds, NamespaceSelection namespaces) {
        return sinkProvided().isTrue() && identity().isTrue()
                ? Optional.of(
                        new AdapterPlan(source, (SinkAddress) sink, (SinkAddress) deadLetterSink, kinds, namespaces))
                : Optional.empty();
    }
}
