package dev.apiserversource.controller.apiserversource;

import dev.apiserversource.controller.sink.SinkAddress;
import org.jspecify.annotations.Nullable;

/**
 * All that an adapter's Deployment is made of.
 *
 * @param source the source it is for
 * @param sink where its events go
 * @param deadLetterSink where events go that the sink refused for good
 * @param watched the resources to watch
 * @param namespaces the namespaces to watch
 */
record AdapterPlan(
        Source source,
        SinkAddress sink,
        @Nullable SinkAddress deadLetterSink,
        WatchedKinds watched,
        NamespaceSelection namespaces) {

    /** How many adapters there should be: none while there is nothing to watch, since a selector may select no namespace for now. */
    int replicas() {
        return watchesAnything() ? source.spec().replicas() : 0;
    }

    private boolean watchesAnything() {
        return !namespaces.names().isEmpty() || watched.anyClusterScoped();
    }
}
