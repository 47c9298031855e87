package dev.apiserversource.samples.embedded.store;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/**
 * One committed write.
 *
 * @param version its resourceVersion
 * @param before null for a creation
 * @param after null for a deletion
 */
public record Change(
        long version,
        ResourceKind kind,
        ObjectKey key,
        @Nullable ObjectNode before,
        @Nullable ObjectNode after) {

    /** The state after the change; for a deletion the last state with the version of the deletion. */
    public ObjectNode lastState() {
        return after != null ? after : lastBefore();
    }

    /** The state before the change with the version of the change: the object of a DELETED event. */
    public ObjectNode lastBefore() {
        if (before == null) {
            throw new IllegalStateException("a creation has no state before it");
        }
        ObjectNode last = before.deepCopy();
        Metadata.of(last).resourceVersion(version);
        return last;
    }
}
