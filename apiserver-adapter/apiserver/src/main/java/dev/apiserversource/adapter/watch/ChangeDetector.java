package dev.apiserversource.adapter.watch;

import dev.apiserversource.adapter.model.Change;
import dev.apiserversource.adapter.model.ObjectMetadata;
import dev.apiserversource.adapter.model.ObjectState;
import dev.apiserversource.adapter.model.ResourceType;
import dev.apiserversource.adapter.model.WatchTarget;
import dev.apiserversource.adapter.state.ObjectIndex;
import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Turns what is listed and watched into changes, and keeps the index of known objects up to date with them.
 *
 * <p>The first list only fills the index: what exists when a source starts for the first time is no change. Any later list closes a gap:
 * each object is compared with what was known of it, and what is known but not listed was deleted meanwhile.
 */
final class ChangeDetector {

    private static final byte[] NO_JSON = {};

    private final WatchTarget target;
    private final WatchParser reader;
    private final Predicate<ObjectMetadata> filter;
    private final Consumer<Change> changes;
    private final Memory.StreamMemory memory;
    private final ObjectIndex known;
    private Replay replay;
    private final Doubts doubts = new Doubts();
    private Queue<byte[]> vanished = new ArrayDeque<>();
    private boolean silent;
    private @Nullable OpenGap gap;

    /**
     * Hands those changes of {@code target} to {@code changes} whose object passes {@code filter}.
     *
     * @param silentStart whether what the first list shows existed before the source, and so is no change; does not matter to a stream
     *     that goes on
     * @param memory holds the index
     */
    ChangeDetector(
            WatchTarget target,
            boolean silentStart,
            Predicate<ObjectMetadata> filter,
            Consumer<Change> changes,
            Memory.StreamMemory memory) {
        this.target = target;
        this.silent = silentStart && memory.resumption().isEmpty();
        this.memory = memory;
        this.known = memory.index();
        this.replay = memory.resumption().map(Memory.Resumption::replay).orElse(Replay.NONE);
        memory.resumption().ifPresent(kept -> kept.doubtful().forEach(doubts::add));
        this.reader = new WatchParser(target.resource());
        this.filter = filter;
        this.changes = changes;
    }

    /** From now on counts what is found out by listing, null for no more. */
    void countInto(@Nullable OpenGap open) {
        gap = open;
    }

    int knownObjects() {
        return known.size();
    }

    /** A list begins, from its first object; whatever an earlier one left undone is void. */
    void beginList() {
        vanished = new ArrayDeque<>();
        replay = Replay.NONE;
        if (silent) {
            // A first list that was cut and begins again is still the first.
            known.clear();
        } else {
            memory.began();
        }
        known.beginList();
    }

    void listed(WatchParser.Item item) {
        ObjectMetadata object = item.object();
        if (memory.isOwn(object)) {
            return;
        }
        // Whatever is doubtful of that name came before what is listed now.
        List<ObjectState> doubtful = doubts.take(object.namespace(), object.name());
        @Nullable ObjectState before = known.get(object.namespace(), object.name());
        if (before != null && before.uid().equals(object.uid()) && isCurrent(before, object)) {
            known.see(object.namespace(), object.name());
            return;
        }
        if (before != null && !before.uid().equals(object.uid())) {
            deriveDelete(before);
            before = null;
        }
        if (before == null) {
            doubtful.stream().filter(doubt -> !doubt.uid().equals(object.uid())).forEach(this::deriveDelete);
        }
        boolean relevant = remember(object);
        if (relevant && !silent) {
            Change.Kind kind = before == null ? Change.Kind.ADDED : Change.Kind.MODIFIED;
            found(new Change(kind, target, object, json(item), false, Optional.ofNullable(before)));
        }
    }

    void watched(WatchFrame.Changed frame) {
        ObjectMetadata object = frame.object();
        if (memory.isOwn(object) || replay.isSettled(object)) {
            return;
        }
        if (replay.isBehind(object.resourceVersion())) {
            doubts.clear();
        }
        Optional<ObjectState> before = Optional.ofNullable(known.get(object.namespace(), object.name()));
        boolean relevant = frame.kind() == Change.Kind.DELETED ? forget(object) : remember(object);
        if (relevant) {
            byte[] json = target.metadataOnly() ? NO_JSON : frame.json().copy();
            changes.accept(new Change(frame.kind(), target, object, json, false, before));
        }
    }

    /** The list is complete: what it did not show is gone, and comes out by {@link #deriveDelete()}. */
    void endList() {
        vanished = known.unseen();
        doubts.takeAll().stream().filter(this::isUnknown).map(ObjectState::pack).forEach(vanished::add);
        silent = false;
    }

    /** Reports one object that vanished unseen; false when there is none left. */
    boolean deriveDelete() {
        byte @Nullable [] next = vanished.poll();
        if (next == null) {
            return false;
        }
        deriveDelete(ObjectState.unpack(next));
        return true;
    }

    private void deriveDelete(ObjectState gone) {
        known.remove(gone.namespace(), gone.name());
        memory.indexed(gone.namespace(), gone.name());
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
            found(new Change(Change.Kind.DELETED, target, object, NO_JSON, true, Optional.of(gone)));
        }
    }

    private void found(Change change) {
        if (gap != null) {
            gap.count(change.kind());
        }
        changes.accept(change);
    }

    private boolean isUnknown(ObjectState doubt) {
        ObjectState now = known.get(doubt.namespace(), doubt.name());
        return now == null || !now.uid().equals(doubt.uid());
    }

    private static boolean isCurrent(ObjectState before, ObjectMetadata object) {
        return before.resourceVersion().equals(object.resourceVersion());
    }

    private boolean remember(ObjectMetadata object) {
        boolean relevant = filter.test(object);
        known.put(ObjectState.of(object, relevant));
        memory.indexed(object.namespace(), object.name());
        return relevant;
    }

    private boolean forget(ObjectMetadata object) {
        known.remove(object.namespace(), object.name());
        memory.indexed(object.namespace(), object.name());
        return filter.test(object);
    }

    private byte[] json(WatchParser.Item item) {
        return target.metadataOnly() ? NO_JSON : reader.json(item);
    }
}
