package dev.apiserversource.controller.apiserversource;

import dev.apiserversource.controller.sink.Resolution;
import dev.apiserversource.controller.sink.Resolution.Resolved;
import dev.apiserversource.controller.sink.Resolution.Unresolved;
import dev.apiserversource.controller.sink.SinkAddress;
import org.jspecify.annotations.Nullable;

/**
 * All that one reconciliation found.
 *
 * @param sink what the sink resolved to
 * @param namespaces the namespaces that are watched
 * @param access what is to be said of the ServiceAccount's rights
 * @param deployed what is to be said of the Deployment
 */
record Findings(Resolution sink, NamespaceSelection namespaces, Judgement access, Judgement deployed) {

    @Nullable
    SinkAddress address() {
        return sink instanceof Resolved resolved ? resolved.address() : null;
    }

    Judgement sinkProvided() {
        return sink instanceof Unresolved unresolved
                ? Judgement.bad(unresolved.reason(), unresolved.message())
                : Judgement.GOOD;
    }
}
