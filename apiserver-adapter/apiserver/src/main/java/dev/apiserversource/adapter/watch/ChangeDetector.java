package dev.apiserversource.adapter.watch;

import dev.apiserversource.adapter.kube.Capacity;
import dev.apiserversource.adapter.model.Change;
import dev.apiserversource.adapter.model.EmitPolicy;
import dev.apiserversource.adapter.model.ObjectMetadata;
import dev.apiserversource.adapter.model.ObjectState;
import dev.apiserversource.adapter.model.ResourceType;
import dev.apiserversource.adapter.model.WatchTarget;
import dev.apiserversource.adapter.state.StreamState;
import dev.apiserversource.adapter.watch.WatchParser.WatchFrame;
import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.function.Consumer;

/**
 * Turns what is listed and watched into changes, and keeps the index of the stream up to date.
 *
 * <p>The first list of a new stream only fills the index, unless the initial state is to be emitted: then every
 * object of it is an added one. Any other list closes a gap. Each object is compared with its indexed state, and an
 * indexed object that is not listed was deleted meanwhile.
 *
 * <p>Each emitted change needs {@link Capacity}. A method that returns false has found none for the next change, and is
 * called again with the same argument. What it has emitted before is in the index, so it is not emitted twice.
 *
 * <p>A change is emitted before the index contains it. If that throws, the change is found again.
 */
final class ChangeDetector {

    private static final byte[] NO_JSON = {};

    private final WatchTarget target;
    private final StreamRules rules;
    private final ChangeListener changes;
    private final StreamState state;
    private final GapTracker gaps;
    private Queue<byte[]> unseen = new ArrayDeque<>();
    private boolean emitListed;
    private @Nullable Instant createdSince;
    private Consumer<WatchFrame.Changed> read = frame -> {};

    /**
     * A detector for the stream of {@code target}.
     *
     * @param initialState whether the objects of the first list are emitted; those of a resumed stream always are
     * @param rules which changes are emitted, and with which data; all objects are indexed
     * @param state of the stream
     * @param gaps counts what comparing finds
     */
    ChangeDetector(
            WatchTarget target,
            EmitPolicy initialState,
            StreamRules rules,
            ChangeListener changes,
            StreamState state,
            GapTracker gaps) {
        this.target = target;
        this.emitListed = initialState == EmitPolicy.EMIT || state.isResumed();
        this.rules = rules;
        this.changes = changes;
        this.state = state;
        this.gaps = gaps;
    }

    /**
     * Of the first list of a new stream, only objects that were created at {@code start} or later are emitted, and
     * those whose age is unknown.
     */
    void emitCreatedSince(Instant start) {
        if (!state.isResumed()) {
            emitListed = true;
            createdSince = start;
        }
    }

    /** {@code listener} receives each change that a watch brought, once it is emitted and indexed. */
    void onRead(Consumer<WatchFrame.Changed> listener) {
        read = listener;
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

    /** Compares one object of a list with the index; false when there is no capacity for a change. */
    boolean listed(WatchParser.Item item, Capacity capacity) {
        ObjectMetadata object = item.object();
        if (state.isIgnored(object)) {
            return true;
        }
        @Nullable ObjectState before = state.indexed(object.namespace(), object.name());
        if (before != null && before.isStateOf(object)) {
            see(before, item);
            return true;
        }
        if (before != null && !before.uid().equals(object.uid())) {
            if (!deriveDelete(before, capacity)) {
                return false;
            }
            before = null;
        }
        if (before == null && !deriveDeletesBefore(object, capacity)) {
            return false;
        }
        return emitListed(item, before, capacity);
    }

    /** The filter may be another one than when the object was indexed. */
    private void see(ObjectState before, WatchParser.Item item) {
        ObjectMetadata object = item.object();
        boolean relevant = rules.selects(object);
        if (before.relevant() == relevant) {
            state.see(object.namespace(), object.name());
        } else {
            state.put(ObjectState.of(object, relevant), rules.digest().of(item.json()));
        }
        learn(item);
    }

    /** A list shows the object. If that is its indexed state, what is not known of this state is known now. */
    void learn(WatchParser.Item item) {
        ObjectMetadata object = item.object();
        if (rules.digest().isUsed() && state.lacksDigest(object)) {
            state.learnDigest(object, rules.digest().of(item.json()));
        }
        if (rules.previous().lacks(object) && isIndexedState(object)) {
            rules.previous().learn(object, rules.data().of(item));
        }
    }

    /** Whether the source emits changes of the object, and has read this state of it last. */
    private boolean isIndexedState(ObjectMetadata object) {
        @Nullable ObjectState indexed = state.indexed(object.namespace(), object.name());
        return indexed != null && indexed.relevant() && indexed.isStateOf(object);
    }

    /** Whether a list must show whole objects, because something is to be known of their states. */
    boolean learnsFromWholeObjects() {
        return rules.digest().isUsed() || rules.previous().isUsed();
    }

    private boolean emitListed(WatchParser.Item item, @Nullable ObjectState before, Capacity capacity) {
        ObjectMetadata object = item.object();
        boolean relevant = rules.selects(object);
        long digest = rules.digest().of(item.json());
        Change.Kind kind = before == null ? Change.Kind.ADDED : Change.Kind.MODIFIED;
        Change change = compared(new Change(kind, target, object, false, Optional.ofNullable(before)));
        boolean emitted = relevant
                && (emitListed ? isNew(item) : isNewToSource(item))
                && rules.emits(change, isUnchanged(change, digest));
        if (emitted && !capacity.available()) {
            return false;
        }
        byte[] json = emitted || (relevant && rules.previous().isUsed())
                ? rules.data().of(item)
                : NO_JSON;
        if (emitted) {
            emitFound(change.withJson(json));
        }
        state.put(ObjectState.of(object, relevant), digest);
        keep(object, relevant, json);
        return true;
    }

    /** An update with what it is compared with. */
    private Change compared(Change change) {
        return rules.previous().isUsed() && change.kind() == Change.Kind.MODIFIED
                ? change.withPrevious(rules.previous().of(change.object()))
                : change;
    }

    private void keep(ObjectMetadata object, boolean relevant, byte[] json) {
        if (relevant) {
            rules.previous().put(object, json);
        } else {
            rules.previous().remove(object);
        }
    }

    /**
     * Whether an update has not changed the part of the object that it must change. Its last state must have been
     * emitted, or be equal in that part to one that was.
     */
    private boolean isUnchanged(Change change, long digest) {
        return digest != StreamState.UNKNOWN_DIGEST
                && change.kind() == Change.Kind.MODIFIED
                && change.before()
                        .filter(before -> before.relevant()
                                && before.uid().equals(change.object().uid()))
                        .isPresent()
                && state.digest(change.object()) == digest;
    }

    private boolean isNew(WatchParser.Item item) {
        return createdSince == null
                || !WatchParser.createdAt(item).filter(createdSince::isAfter).isPresent();
    }

    private boolean isNewToSource(WatchParser.Item item) {
        return state.firstList().mayShowNewObjects()
                && WatchParser.createdAt(item)
                        .filter(created -> created.isAfter(state.firstList().newSince()))
                        .isPresent();
    }

    /** An object that an earlier process may have delivered had this name before {@code object} was created. */
    private boolean deriveDeletesBefore(ObjectMetadata object, Capacity capacity) {
        for (ObjectState created : state.unacknowledgedCreates(object.namespace(), object.name())) {
            if (!created.uid().equals(object.uid()) && !deriveDelete(created, capacity)) {
                return false;
            }
        }
        return true;
    }

    /** Emits a watched change, unless it is settled or filtered out; false when there is no capacity for it. */
    boolean watched(WatchFrame.Changed frame, Capacity capacity) {
        ObjectMetadata object = frame.object();
        if (state.isIgnored(object) || state.isSettled(object)) {
            return true;
        }
        Optional<ObjectState> before = Optional.ofNullable(state.indexed(object.namespace(), object.name()));
        if (isReadAgain(frame, before)) {
            return true;
        }
        boolean relevant = rules.selects(object);
        boolean deleted = frame.kind() == Change.Kind.DELETED;
        long digest = deleted ? StreamState.UNKNOWN_DIGEST : rules.digest().of(frame.json());
        Change change = compared(new Change(frame.kind(), target, object, false, before));
        boolean emitted = relevant && rules.emits(change, isUnchanged(change, digest));
        if (emitted && !capacity.available()) {
            return false;
        }
        boolean kept = relevant && !deleted;
        byte[] json =
                emitted || (kept && rules.previous().isUsed()) ? rules.data().of(frame) : NO_JSON;
        if (emitted) {
            emit(change.withJson(json));
        }
        if (deleted) {
            state.remove(object.namespace(), object.name());
        } else {
            state.put(ObjectState.of(object, relevant), digest);
        }
        keep(object, kept, json);
        read.accept(frame);
        return true;
    }

    /**
     * A resumed watch brings the last version again. The index shows what of it was read, or settled before. An
     * incomplete index does not show that an object was deleted before.
     */
    private boolean isReadAgain(WatchFrame.Changed frame, Optional<ObjectState> before) {
        if (frame.kind() == Change.Kind.DELETED) {
            String uid = frame.object().uid();
            return state.isIndexComplete()
                    && before.filter(known -> known.uid().equals(uid)).isEmpty();
        }
        return before.filter(known -> known.isStateOf(frame.object())).isPresent();
    }

    /** The list is complete. What it did not show was deleted, and is emitted by {@link #deriveDelete}. */
    void endList() {
        unseen = state.unseen();
        emitListed = true;
        createdSince = null;
    }

    /** Whether objects are left that the list did not show. */
    boolean hasUnseen() {
        return !unseen.isEmpty();
    }

    /** Emits the deletion of the next object that the list did not show; false when there is no capacity for it. */
    boolean deriveDelete(Capacity capacity) {
        if (!deriveDelete(ObjectState.unpack(unseen.element()), capacity)) {
            return false;
        }
        unseen.remove();
        return true;
    }

    private boolean deriveDelete(ObjectState gone, Capacity capacity) {
        Change change = derivedDelete(gone);
        boolean emitted = gone.relevant() && rules.emits(change, false);
        if (emitted && !capacity.available()) {
            return false;
        }
        if (emitted) {
            emitFound(change);
        }
        state.remove(gone);
        rules.previous().remove(change.object());
        return true;
    }

    private Change derivedDelete(ObjectState gone) {
        ResourceType type = target.resource();
        ObjectMetadata object = new ObjectMetadata(
                type.apiVersion(),
                type.kind(),
                gone.namespace(),
                gone.name(),
                gone.uid(),
                gone.resourceVersion(),
                Optional.empty());
        return new Change(Change.Kind.DELETED, target, object, true, Optional.of(gone));
    }

    private void emitFound(Change change) {
        gaps.count(change.kind());
        emit(change);
    }

    private void emit(Change change) {
        changes.onChange(change, state.add(change));
    }
}
