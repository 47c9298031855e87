package dev.apiserversource.samples.embedded.watch;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.apiserversource.samples.embedded.store.ObjectKey;
import dev.apiserversource.samples.embedded.store.ResourceKind;

import java.util.function.UnaryOperator;

/**
 * What a watch covers.
 *
 * @param namespace empty for all
 * @param view from a stored object to what the client receives
 */
public record WatchScope(ResourceKind kind, String namespace, UnaryOperator<ObjectNode> view) {

    boolean covers(ObjectKey key) {
        return namespace.isEmpty() || key.namespace().equals(namespace);
    }
}
