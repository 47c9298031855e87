package dev.apiserversource.adapter.checkpoint;

import dev.apiserversource.adapter.model.Change;
import dev.apiserversource.adapter.model.ObjectMetadata;
import dev.apiserversource.adapter.model.ObjectState;
import org.jspecify.annotations.Nullable;

import java.time.Instant;

/** A change between being read and being settled. Two are never equal. */
final class PendingChange {

    /**
     * A place in a stream.
     *
     * @param position the resourceVersion up to which everything had been read; empty while there is none
     * @param gapFrom without a position: where the gap began; empty when nobody knows
     * @param era how often the position had been lost before
     */
    record Place(String position, String gapFrom, int era) {

        /** The resourceVersion up to which every change had been followed. */
        String followedUpTo() {
            return position.isEmpty() ? gapFrom : position;
        }
    }

    /** {@link ObjectState#key namespace/name}. */
    final String object;

    final String version;

    /** The state that the change led to, packed; null for a deletion. */
    final byte @Nullable [] after;

    /** Where the change was read. */
    final Place before;

    /** When it was read. */
    final Instant since;

    private final String uid;

    PendingChange(Change change, Place before, Instant since) {
        ObjectMetadata metadata = change.object();
        this.object = metadata.namespace() + "/" + metadata.name();
        this.uid = metadata.uid();
        this.version = metadata.resourceVersion();
        this.after = change.kind() == Change.Kind.DELETED
                ? null
                : ObjectState.of(metadata, true).pack();
        this.before = before;
        this.since = since;
    }

    /** Whether the change may have told the sink of an object that {@code settled} is not. */
    boolean mayHaveTold(byte @Nullable [] settled) {
        return after != null
                && (settled == null
                        || !ObjectState.unpack(settled)
                                .uid()
                                .equals(ObjectState.unpack(after).uid()));
    }

    /** Whether nothing is doubtful any more once the change is settled: it was that object, or one that came after it. */
    boolean resolves(ObjectState doubt) {
        boolean sameName = object.equals(doubt.namespace() + "/" + doubt.name());
        return sameName && (uid.equals(doubt.uid()) || after != null);
    }
}
