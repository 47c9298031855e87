package dev.apiserversource.controller.apiserversource;

import dev.apiserversource.controller.api.ApiServerSource;
import dev.apiserversource.controller.namespaces.NamespaceSelection;
import dev.apiserversource.controller.sink.SinkConditions;
import dev.apiserversource.controller.sink.SinkResolver.SinkAddress;
import org.jspecify.annotations.Nullable;

import java.util.stream.Stream;

/**
 * A source with everything that its adapter's Deployment depends on.
 *
 * @param source the source
 * @param sink the address of its sink
 * @param deadLetterSink the address of its dead letter sink, if any
 * @param kinds the kinds to watch
 * @param namespaces the namespaces to watch
 */
record AdapterPlan(
        ApiServerSource source,
        SinkAddress sink,
        @Nullable SinkAddress deadLetterSink,
        WatchedKinds kinds,
        NamespaceSelection namespaces) {

    /** Whether events are sent with a token. */
    boolean sendsToken() {
        return SinkConditions.audience(Stream.concat(Stream.of(sink), Stream.ofNullable(deadLetterSink)))
                .isPresent();
    }

    /** The number of adapters: none while the selector selects no namespace and no kind is cluster-scoped. */
    int replicas() {
        boolean watchesAnything = !namespaces.watched().isEmpty() || kinds.anyClusterScoped();
        return watchesAnything ? source.getSpec().replicas() : 0;
    }
}
