package dev.apiserversource.adapter.state;

import dev.apiserversource.adapter.model.ObjectMetadata;
import dev.apiserversource.adapter.model.ObjectState;
import dev.apiserversource.adapter.model.ResourceVersions;

import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Queue;
import java.util.Set;

/**
 * Compares a list with the index of a stream while its watch continues, to find changes that the watch has missed. It
 * changes nothing: the difference is emitted by the list that follows.
 *
 * <p>Only what the position at the start covers is compared. What is newer is brought by the watch, and an object that
 * the watch has changed meanwhile has a newer state in the index, or was deleted. What was not listed is compared once
 * the stream has read up to the list, because the watch may bring its deletion until then.
 *
 * <p>The marks of the index hold what was listed, so an audit needs memory only for names that were deleted meanwhile.
 */
public final class IndexAudit {

    private static final int MAX_DELETED = 10_000;

    private final ObjectIndex index;
    private final String position;
    private final boolean indexComplete;
    private final Set<String> deleted = new HashSet<>();
    private Queue<byte[]> unlisted = new ArrayDeque<>();
    private boolean missed;

    /** {@code indexComplete}: an incomplete index lacks objects that were read. */
    IndexAudit(ObjectIndex index, String position, boolean indexComplete) {
        this.index = index;
        this.position = position;
        this.indexComplete = indexComplete;
        index.beginList();
    }

    /** The watch has brought the deletion of an object, or its derived delete was emitted. */
    void deleted(String namespace, String name) {
        if (deleted.size() <= MAX_DELETED) {
            deleted.add(namespace + "/" + name);
        }
    }

    /** The position when the audit began: everything up to it must be in the index. */
    public String position() {
        return position;
    }

    /** The list shows this object. */
    public void listed(ObjectMetadata object) {
        index.see(object.namespace(), object.name());
        if (ResourceVersions.isNotNewer(object.resourceVersion(), position)) {
            missed |= isMissed(object);
        }
    }

    private boolean isMissed(ObjectMetadata object) {
        ObjectState indexed = index.get(object.namespace(), object.name());
        if (indexed == null) {
            return indexComplete && !deleted.contains(object.namespace() + "/" + object.name());
        }
        return !indexed.isStateOf(object) && ResourceVersions.isNotNewer(indexed.resourceVersion(), position);
    }

    /** Whether an object was listed in a state that the stream should have read and has not. */
    public boolean hasMissedState() {
        return missed;
    }

    /** Whether the audit can find missed states. Not if the watch has brought too many deletions meanwhile. */
    public boolean isConclusive() {
        return deleted.size() <= MAX_DELETED;
    }

    /** The list is complete. */
    public void endList() {
        unlisted = index.unseen();
        deleted.clear();
    }

    /** Whether an object still exists in the index that was not listed. The stream must have read up to the list. */
    public boolean hasMissedDelete() {
        return unlisted.stream().anyMatch(packed -> index.packed(ObjectState.key(packed)) == packed);
    }
}
