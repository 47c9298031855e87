package dev.apiserversource.samples.embedded;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/**
 * One committed write.
 *
 * @param version the resourceVersion it got
 * @param before the object until then; null for a creation
 * @param after the object since then; null for a deletion
 */
record Change(
        long version,
        ResourceKind kind,
        ObjectKey key,
        @Nullable ObjectNode before,
        @Nullable ObjectNode after) {

    /** The newest state there is: of a deleted object the last one, marked with the version of the deletion. */
    ObjectNode lastState() {
        return after != null ? after : lastBefore();
    }

    /** The state until now, marked with this change's version: what DELETED carries. */
    ObjectNode lastBefore() {
        if (before == null) {
            throw new IllegalStateException("a creation has no state before it");
        }
        ObjectNode last = before.deepCopy();
        Metadata.of(last).resourceVersion(version);
        return last;
    }
}
