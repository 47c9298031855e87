package dev.apiserversource.adapter.watch;

import dev.apiserversource.adapter.model.Change;
import dev.apiserversource.adapter.model.EmitPolicy;
import dev.apiserversource.adapter.model.ObjectMetadata;
import dev.apiserversource.adapter.model.ObjectState;
import dev.apiserversource.adapter.model.ResourceType;
import dev.apiserversource.adapter.model.WatchTarget;
import dev.apiserversource.adapter.state.StreamState;
import dev.apiserversource.adapter.watch.WatchParser.WatchFrame;
import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.function.Predicate;

/**
 * Turns what is listed and watched into changes, and keeps the index of the stream up to date.
 *
 * <p>The first list of a new stream only fills the index, unless the initial state is to be emitted: then every
 * object of it is an added one. Any other list closes a gap. Each object is compared with its indexed state, and an
 * indexed object that is not listed was deleted meanwhile.
 */
final class ChangeDetector {

    private static final byte[] NO_JSON = {};

    private final WatchTarget target;
    private final Predicate<ObjectMetadata> filter;
    private final ChangeListener changes;
    private final StreamState state;
    private final GapTracker gaps;
    private final WatchParser parser;
    private Queue<byte[]> unseen = new ArrayDeque<>();
    private boolean emitListed;

    /**
     * A detector for the stream of {@code target}.
     *
     * @param initialState whether the objects of the first list are emitted; those of a resumed stream always are
     * @param filter which objects are emitted; all are indexed
     * @param state of the stream
     * @param gaps counts what comparing finds
     */
    ChangeDetector(
            WatchTarget target,
            EmitPolicy initialState,
            Predicate<ObjectMetadata> filter,
            ChangeListener changes,
            StreamState state,
            GapTracker gaps) {
        this.target = target;
        this.emitListed = initialState == EmitPolicy.EMIT || state.isResumed();
        this.filter = filter;
        this.changes = changes;
        this.state = state;
        this.gaps = gaps;
        this.parser = new WatchParser(target.resource());
    }

    WatchTarget target() {
        return target;
    }

    GapTracker gaps() {
        return gaps;
    }

    /** A list begins, from its first object; what an earlier one has left to do is dropped. */
    void beginList() {
        unseen = new ArrayDeque<>();
        state.beginList(emitListed);
    }

    void listed(WatchParser.Item item) {
        ObjectMetadata object = item.object();
        if (state.isIgnored(object)) {
            return;
        }
        @Nullable ObjectState before = state.indexed(object.namespace(), object.name());
        if (before != null && isSame(before, object)) {
            state.see(object.namespace(), object.name());
            return;
        }
        if (before != null && !before.uid().equals(object.uid())) {
            deriveDelete(before);
            before = null;
        }
        if (before == null) {
            deriveDeletesBefore(object);
        }
        boolean relevant = index(object);
        if (relevant && emitListed) {
            Change.Kind kind = before == null ? Change.Kind.ADDED : Change.Kind.MODIFIED;
            emitFound(new Change(kind, target, object, json(item), false, Optional.ofNullable(before)));
        }
    }

    /** An object that an earlier process may have delivered had this name before {@code object} was created. */
    private void deriveDeletesBefore(ObjectMetadata object) {
        for (ObjectState created : state.unacknowledgedCreates(object.namespace(), object.name())) {
            if (!created.uid().equals(object.uid())) {
                deriveDelete(created);
            }
        }
    }

    void watched(WatchFrame.Changed frame) {
        ObjectMetadata object = frame.object();
        if (state.isIgnored(object) || state.isSettled(object)) {
            return;
        }
        Optional<ObjectState> before = Optional.ofNullable(state.indexed(object.namespace(), object.name()));
        if (isReadAgain(frame, before)) {
            return;
        }
        boolean relevant = frame.kind() == Change.Kind.DELETED ? unindex(object) : index(object);
        if (relevant) {
            byte[] json = target.metadataOnly() ? NO_JSON : frame.json().copy();
            emit(new Change(frame.kind(), target, object, json, false, before));
        }
    }

    /** A resumed watch brings the last version again. The index shows what of it was read, or settled before. */
    private static boolean isReadAgain(WatchFrame.Changed frame, Optional<ObjectState> before) {
        if (frame.kind() == Change.Kind.DELETED) {
            String uid = frame.object().uid();
            return before.filter(state -> state.uid().equals(uid)).isEmpty();
        }
        return before.filter(state -> isSame(state, frame.object())).isPresent();
    }

    /** The list is complete. What it did not show was deleted, and is emitted by {@link #deriveDelete()}. */
    void endList() {
        unseen = state.unseen();
        emitListed = true;
    }

    /** Emits the deletion of one object that the list did not show; false when there is none left. */
    boolean deriveDelete() {
        byte @Nullable [] next = unseen.poll();
        if (next == null) {
            return false;
        }
        deriveDelete(ObjectState.unpack(next));
        return true;
    }

    private void deriveDelete(ObjectState gone) {
        state.remove(gone);
        if (gone.relevant()) {
            ResourceType type = target.resource();
            ObjectMetadata object = new ObjectMetadata(
                    type.apiVersion(),
                    type.kind(),
                    gone.namespace(),
                    gone.name(),
                    gone.uid(),
                    gone.resourceVersion(),
                    Optional.empty());
            emitFound(new Change(Change.Kind.DELETED, target, object, NO_JSON, true, Optional.of(gone)));
        }
    }

    private void emitFound(Change change) {
        gaps.count(change.kind());
        emit(change);
    }

    private void emit(Change change) {
        changes.onChange(change, state.add(change));
    }

    private static boolean isSame(ObjectState before, ObjectMetadata object) {
        return before.uid().equals(object.uid()) && before.resourceVersion().equals(object.resourceVersion());
    }

    private boolean index(ObjectMetadata object) {
        boolean relevant = filter.test(object);
        state.put(ObjectState.of(object, relevant));
        return relevant;
    }

    private boolean unindex(ObjectMetadata object) {
        state.remove(object.namespace(), object.name());
        return filter.test(object);
    }

    private byte[] json(WatchParser.Item item) {
        return target.metadataOnly() ? NO_JSON : parser.json(item);
    }
}
