package dev.apiserversource.adapter.state;

import dev.apiserversource.adapter.model.Change;
import dev.apiserversource.adapter.model.Gap;
import dev.apiserversource.adapter.model.ObjectMetadata;
import dev.apiserversource.adapter.model.ObjectState;
import dev.apiserversource.adapter.model.ResourceVersions;
import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * The state of one stream: what has been read, and what of it is settled.
 *
 * <pre>
 *   resourceVersion   10    11    12    13    14    15    16    16    16
 *   read              a     b     c     a     d     c     b     e     f
 *   settled           x     x           x     x     x     x
 *                           |                       |
 *                  low-water mark: before the      position: everything up to here has been read;
 *                  oldest pending change (c, 12)   more changes with version 16 may follow
 * </pre>
 *
 * <p><b>Why nothing is lost.</b> A change is added before the position passes it. The low-water mark is the position
 * before the oldest pending change. So every change up to the mark is settled, and a watch from the mark brings all
 * that are not.
 *
 * <p><b>Changes with one version.</b> etcd deletes the expired Event objects of a lease in one transaction, and all of
 * these changes have one resourceVersion (<a href="https://github.com/kubernetes/kubernetes/issues/110210">
 * kubernetes#110210</a>). A watch from that version would bring none of them. So the position trails: it moves to a
 * version when a change with another one, or a bookmark, shows that nothing more of it follows. A resumed watch reads
 * the last version again, and the index shows which of its changes were read or settled.
 *
 * <p><b>Assumed positions.</b> Without bookmarks the position of a quiet stream ages, and history is lost. So it may be
 * moved to a version that the API server has shown elsewhere, long enough ago. The position before is kept as the
 * proven one. The stream returns to it when the assumption becomes doubtful. If history no longer reaches back to the
 * proven position, the stream resumes at the assumed one, and an audit looks for what was missed before it.
 *
 * <p>When the API server has no history from the mark on, a list is compared with the stored index. The index that
 * the stream reads into runs ahead of the sink, so it is not what is stored. For each object with pending changes the
 * last <em>settled</em> state is kept beside it, and that is stored. A comparison with settled states finds every
 * difference that the sink has not acknowledged. A comparison with states that were only read would miss those that
 * were read and never delivered.
 *
 * <p>An object that was read for the first time has no settled state while its change is pending. The sink may have
 * received it all the same, because the process can end between the sink's answer and the next checkpoint. So it is
 * stored as an unacknowledged create, and a list that does not show it is taken for its deletion. This covers what
 * was read before the last checkpoint was written. What was read later matters only if the history is lost, too.
 *
 * <p><b>Why little is repeated.</b> The resume window is stored with the mark: the position, and the few objects with
 * pending changes. Every change of another object up to the position is settled, and is left out when the watch
 * brings it again.
 *
 * <p><b>Gaps.</b> A closed gap is stored beside the mark until its event is settled, and the next process emits it
 * again if need be. It does not hold the mark back: a mark that waits loses history, which leads to the next gap.
 * While a gap is open, or its changes are pending, the mark is empty. Then the start of the gap is stored instead.
 *
 * <p><b>Superseded changes.</b> A change whose event was never sent can be superseded by the next of its object. The
 * newer one takes its place here. So the mark stays before the older one, and a later process reads both again.
 *
 * <p><b>Digests.</b> Where only changes of a part of an object are emitted, the index has a digest of that part in the
 * last state that was read. An update with the same digest is left out. The digest of a stored state would prove
 * nothing: the sink may have received a later state without an acknowledgement, and the object may have changed back
 * since. So digests are not stored. They are unknown after a restart, and an update is emitted then. A list that shows
 * an object in its indexed state makes its digest known again.
 *
 * <p><b>Memory.</b> One entry for each pending change. The dispatcher bounds how many there are. A change that stays
 * pending holds the mark back and nothing else.
 */
public final class StreamState {

    /** The digest of a state is not known. */
    public static final long UNKNOWN_DIGEST = 0;

    private final String id;
    private final DirtyObjects dirty;
    private final Predicate<ObjectMetadata> ignored;
    private final InstantSource clock;
    private final ObjectIndex index;
    private final FirstList firstList;
    private final boolean resumed;
    private String gapReason = "unfinished";

    /** In the order they were read. */
    private final Set<PendingChange> pending = new LinkedHashSet<>();

    private final Map<String, PendingObject> pendingObjects = new HashMap<>();

    /** Unacknowledged creates of an earlier process, by {@code namespace/name}, until a change of theirs is added. */
    private final Map<String, List<ObjectState>> unacknowledged = new LinkedHashMap<>();

    /** The resourceVersion by which every unacknowledged create has been read again. */
    private String unacknowledgedUpTo = "";

    private final Set<Gap> unsettledGaps = new LinkedHashSet<>();

    /** Where the resume window of an earlier process ends; empty when there is none, or the watch has passed it. */
    private String windowEnd = "";

    private final Map<String, String> settledInWindow = new HashMap<>();
    private Place place;

    /** The version of the last change, while more with this version may follow; else empty. */
    private String unfinishedVersion = "";

    /** Where the stream was when its position was assumed; null when the position is proven. */
    private @Nullable Place proven;

    /** The assumed position that the stream has returned from, unless it is disproved; else empty. */
    private String returnedFrom = "";

    private @Nullable IndexAudit audit;
    private Instant positionLostAt;
    private boolean established;
    private boolean indexComplete = true;
    private Optional<ReplayMark> replay = Optional.empty();

    StreamState(
            String id,
            Optional<StreamSnapshot> snapshot,
            Shared shared,
            Predicate<ObjectMetadata> ignored,
            FirstList firstList) {
        this.id = id;
        this.dirty = shared.dirty();
        this.ignored = ignored;
        this.clock = shared.clock();
        this.index = new ObjectIndex(shared.hash());
        this.firstList = firstList;
        this.resumed = snapshot.isPresent();
        this.established = resumed;
        this.place = new Place(
                snapshot.map(StreamSnapshot::lowWatermark).orElse(""),
                snapshot.map(StreamSnapshot::gapFrom).orElse(""),
                0);
        this.positionLostAt = clock.instant();
        snapshot.ifPresent(this::restore);
    }

    /**
     * What all streams share.
     *
     * @param dirty receives the objects whose state changes
     * @param clock for the lag of the low-water mark
     * @param hash of the keys in the index
     */
    record Shared(DirtyObjects dirty, InstantSource clock, KeyHash hash) {}

    private void restore(StreamSnapshot snapshot) {
        // Without a low-water mark the target is listed, and no watch reads the window again.
        if (!snapshot.lowWatermark().isEmpty()) {
            windowEnd = snapshot.window().readUpTo();
            settledInWindow.putAll(snapshot.window().settledUpTo());
        }
        unacknowledgedUpTo = windowEnd;
        snapshot.unacknowledgedCreates().forEach(this::restoreUnacknowledged);
        unsettledGaps.addAll(snapshot.unsettledGaps());
        replay = snapshot.replay();
    }

    private void restoreUnacknowledged(byte[] packed) {
        ObjectState created = ObjectState.unpack(packed);
        unacknowledged
                .computeIfAbsent(ObjectState.key(packed), key -> new ArrayList<>())
                .add(created);
        if (!ResourceVersions.isNotNewer(created.resourceVersion(), unacknowledgedUpTo)) {
            unacknowledgedUpTo = created.resourceVersion();
        }
    }

    /** Packed states of objects, then newer ones by {@code namespace/name}; null for objects that are deleted. */
    void restoreIndex(Iterable<byte[]> states, List<Map<String, byte @Nullable []>> changedStates) {
        states.forEach(index::putPacked);
        changedStates.forEach(this::restoreChanged);
    }

    private void restoreChanged(Map<String, byte @Nullable []> changedStates) {
        changedStates.forEach((object, state) -> {
            if (state == null) {
                index.remove(object);
            } else {
                index.putPacked(state);
            }
        });
    }

    /**
     * This state, restored and not read from yet, for a stream with other selectors: {@code successor} has just been
     * made from {@link #withoutPosition}. The list of that stream is compared with what this one has read. So what
     * changed since is emitted, and what entered or left the selection.
     */
    StreamState handOver(StreamState successor) {
        index.forEachPacked(packed -> successor.index.putPacked(packed.clone()));
        successor.indexComplete &= indexComplete;
        successor.gapReason = "selector_changed";
        dirty.addAll();
        return successor;
    }

    /** What another stream needs to list and compare. */
    StreamSnapshot withoutPosition() {
        return new StreamSnapshot(
                "",
                place.followedUpTo(),
                new StreamSnapshot.ResumeWindow("", Map.of()),
                allUnacknowledgedCreates(),
                Map.of(),
                unsettledGaps(),
                replay.map(ReplayMark::forOtherObjects));
    }

    /** Why a stream that was restored without a position has a gap. */
    public String gapReason() {
        return gapReason;
    }

    /** Names the stream across processes. */
    public String id() {
        return id;
    }

    /** Whether it was restored from a checkpoint: the stream existed before this process. */
    public boolean isResumed() {
        return resumed;
    }

    /** What the first list means, when the stream is not resumed. */
    public FirstList firstList() {
        return firstList;
    }

    /**
     * Whether the index has every object up to the low-water mark that the stream resumed from. An incomplete one is
     * completed by the next list.
     */
    public boolean isIndexComplete() {
        return indexComplete;
    }

    /** A part of the stored index could not be read. */
    public void markIndexIncomplete() {
        indexComplete = false;
    }

    /** Whether there is something to store: the first list is complete, or its objects are being emitted. */
    public boolean isEstablished() {
        return established;
    }

    // The index of objects, as far as the stream has read.

    /** Whether the object is part of the checkpoint: it is neither indexed nor emitted. */
    public boolean isIgnored(ObjectMetadata object) {
        return ignored.test(object);
    }

    /** How many objects exist, as far as the stream has read. */
    public int indexedObjects() {
        return index.size();
    }

    /** The last state that was read of the object, or null when it does not exist. */
    @Nullable
    public ObjectState indexed(String namespace, String name) {
        return index.get(namespace, name);
    }

    /** The object has this state now. */
    public void put(ObjectState state) {
        put(state, UNKNOWN_DIGEST);
    }

    /** The object has this state now, with this digest. */
    public void put(ObjectState state, long digest) {
        index.put(state, digest);
        markDirty(state.namespace(), state.name());
    }

    /** The digest of the indexed state of an object. */
    public long digest(ObjectMetadata object) {
        return index.digest(object.namespace(), object.name());
    }

    /** Whether the object is indexed in this state, and its digest is not known. */
    public boolean lacksDigest(ObjectMetadata object) {
        ObjectState indexed = index.get(object.namespace(), object.name());
        return indexed != null && indexed.isStateOf(object) && digest(object) == UNKNOWN_DIGEST;
    }

    /** The digest of the indexed state of the object is known now. */
    public void learnDigest(ObjectMetadata object, long digest) {
        index.setDigest(object.namespace(), object.name(), digest);
    }

    /** The object of that name was deleted. */
    public void remove(String namespace, String name) {
        removeFromIndex(namespace, name);
        markDirty(namespace, name);
    }

    /** This very object was deleted; one that was created later under the same name stays. */
    public void remove(ObjectState deleted) {
        if (isIndexed(deleted)) {
            removeFromIndex(deleted.namespace(), deleted.name());
        }
        markDirty(deleted.namespace(), deleted.name());
    }

    private void removeFromIndex(String namespace, String name) {
        index.remove(namespace, name);
        if (audit != null) {
            audit.deleted(namespace, name);
        }
    }

    private void markDirty(String namespace, String name) {
        if (established) {
            dirty.add(id, namespace + "/" + name);
        }
    }

    /**
     * A list begins, from its first object.
     *
     * @param emitted whether its objects are emitted as changes. If not, it is a first list, and starts with an empty
     *     index even if an earlier attempt was cut.
     */
    public void beginList(boolean emitted) {
        if (emitted) {
            establish();
        } else {
            index.clear();
        }
        index.beginList();
    }

    /** Begins to compare a list with the index. Ends with {@link #endAudit}, or when the position is lost. */
    public IndexAudit beginAudit() {
        audit = new IndexAudit(index, place.position(), indexComplete);
        return audit;
    }

    /** The audit is over. */
    public void endAudit() {
        audit = null;
    }

    /** The list shows the object in the state that is indexed. */
    public void see(String namespace, String name) {
        index.see(namespace, name);
    }

    /**
     * What a complete list has not shown: indexed objects and unacknowledged creates, packed. They stay until
     * removed.
     */
    public Queue<byte[]> unseen() {
        Queue<byte[]> unseen = index.unseen();
        unacknowledged.values().forEach(created -> created.stream()
                .filter(object -> !isIndexed(object))
                .map(ObjectState::pack)
                .forEach(unseen::add));
        return unseen;
    }

    private boolean isIndexed(ObjectState object) {
        ObjectState indexed = index.get(object.namespace(), object.name());
        return indexed != null && indexed.uid().equals(object.uid());
    }

    // Where the stream is.

    /** The resourceVersion up to which everything was read; empty when the target must be listed. */
    public String position() {
        return place.position();
    }

    /** The resourceVersion to watch from. What was read behind it is read again. */
    public String resume() {
        unfinishedVersion = "";
        return place.position();
    }

    /**
     * A change at {@code resourceVersion} follows. Everything before that version was read, and others with the same
     * version may follow.
     */
    public void reading(String resourceVersion) {
        if (resourceVersion.equals(unfinishedVersion)) {
            return;
        }
        if (!unfinishedVersion.isEmpty()) {
            readUpTo(unfinishedVersion);
        } else if (!ResourceVersions.isOlder(place.position(), resourceVersion)) {
            returnToProvenPosition();
        }
        if (ResourceVersions.isNotNewer(resourceVersion, returnedFrom)) {
            dropAssumedPosition();
        }
        unfinishedVersion = resourceVersion;
    }

    /** Everything up to {@code resourceVersion} was read by a watch, and its changes were added. */
    public void readUpTo(String resourceVersion) {
        if (ResourceVersions.isNotNewer(unacknowledgedUpTo, resourceVersion)) {
            unacknowledged.clear();
        }
        moveTo(resourceVersion);
    }

    /** A list at {@code resourceVersion} is complete, and all changes it led to were added. */
    public void listedUpTo(String resourceVersion) {
        unacknowledged.clear();
        indexComplete = true;
        moveTo(resourceVersion);
    }

    private void moveTo(String resourceVersion) {
        unfinishedVersion = "";
        proven = null;
        returnedFrom = "";
        place = place.at(resourceVersion);
        if (!ResourceVersions.isOlder(resourceVersion, windowEnd)) {
            leaveWindow();
        }
        establish();
        dirty.positionMoved();
    }

    /**
     * Everything up to {@code resourceVersion} is assumed to be read, because the watch would have brought it. Stored
     * as the position, while the proven position is kept for {@link #returnToProvenPosition}.
     */
    public void assumeReadUpTo(String resourceVersion) {
        unfinishedVersion = "";
        proven = proven == null ? place : proven;
        returnedFrom = "";
        place = place.at(resourceVersion);
        dirty.positionMoved();
    }

    /** An assumed position is doubtful, because the watch did not end cleanly. Does nothing with a proven position. */
    public void returnToProvenPosition() {
        if (proven != null) {
            Place doubtful = place;
            place = proven;
            proven = null;
            returnedFrom = doubtful.position();
            unfinishedVersion = "";
            pending.stream()
                    .filter(change -> change.before.equals(doubtful))
                    .forEach(change -> readSince(place, change));
            dirty.positionMoved();
        }
    }

    /**
     * There is no history at the proven position: resumes at the assumed one, with the proven one kept. Returns false
     * when there is none, or the stream is at it already.
     */
    public boolean returnToAssumedPosition() {
        if (returnedFrom.isEmpty()) {
            return false;
        }
        assumeReadUpTo(returnedFrom);
        return true;
    }

    /** Nothing confirms the assumed position that the stream has returned from. */
    public void dropAssumedPosition() {
        returnedFrom = "";
    }

    /** What may have been missed before {@code change} is read after {@code before}, and then settled. */
    private void readSince(Place before, PendingChange change) {
        PendingObject object = pendingObjects.get(change.object);
        if (object != null && object.settledUpTo.equals(change.before.position())) {
            object.settledUpTo = before.position();
        }
        change.before = before;
    }

    /** The API server has no history from the position on: the target must be listed and compared. */
    public void losePosition() {
        returnToProvenPosition();
        dropAssumedPosition();
        unfinishedVersion = "";
        audit = null;
        place = new Place("", place.followedUpTo(), place.epoch() + 1);
        positionLostAt = clock.instant();
        leaveWindow();
        dirty.positionMoved();
    }

    private void leaveWindow() {
        windowEnd = "";
        settledInWindow.clear();
    }

    private void establish() {
        if (!established) {
            established = true;
            dirty.addAll();
        }
    }

    // What an earlier process has left.

    /** Whether an earlier process has settled this state; false for a version without an order. */
    public boolean isSettled(ObjectMetadata object) {
        String version = object.resourceVersion();
        if (!ResourceVersions.isNotNewer(version, windowEnd)) {
            return false;
        }
        String settledUpTo = settledInWindow.get(object.namespace() + "/" + object.name());
        return settledUpTo == null || ResourceVersions.isNotNewer(version, settledUpTo);
    }

    /** Objects of that name which an earlier process may have delivered without an acknowledgement. */
    public List<ObjectState> unacknowledgedCreates(String namespace, String name) {
        if (unacknowledged.isEmpty()) {
            return List.of();
        }
        return List.copyOf(unacknowledged.getOrDefault(namespace + "/" + name, List.of()));
    }

    /** Gaps that were closed and whose event is not settled. */
    public List<Gap> unsettledGaps() {
        return List.copyOf(unsettledGaps);
    }

    // Pending and settled changes.

    /** Adds a change that was read; it is pending until the returned action is run. */
    public PendingChange add(Change change) {
        PendingChange added = new PendingChange(change, isUnacknowledged(change.object()));
        pending.add(added);
        pendingObjects.computeIfAbsent(added.object, object -> new PendingObject(change.before(), place.position()))
                .changes++;
        // The pending change takes over: as long as it is pending, the sink may have received the object.
        unacknowledged.computeIfPresent(added.object, (object, created) -> {
            created.removeIf(state -> state.uid().equals(added.uid));
            return created.isEmpty() ? null : created;
        });
        return added;
    }

    private boolean isUnacknowledged(ObjectMetadata object) {
        return unacknowledgedCreates(object.namespace(), object.name()).stream()
                .anyMatch(created -> created.uid().equals(object.uid()));
    }

    private void settle(PendingChange change) {
        PendingObject object = pendingObjects.get(change.object);
        if (!pending.remove(change) || object == null) {
            return;
        }
        if (--object.changes == 0) {
            pendingObjects.remove(change.object);
        } else {
            object.settledState = change.deleted ? null : change.state;
            object.settledUpTo = change.version;
        }
        settledInWindow.replace(change.object, change.version);
        dirty.add(id, change.object);
    }

    /** Adds a gap that was closed, now or by an earlier process; it is unsettled until the returned action is run. */
    public Runnable add(Gap gap) {
        unsettledGaps.add(gap);
        dirty.touch();
        return () -> {
            unsettledGaps.remove(gap);
            dirty.touch();
        };
    }

    /** How far the objects of this stream were replayed, by the newest replay; empty when none ever were. */
    public Optional<ReplayMark> replay() {
        return replay;
    }

    void replayedUpTo(ReplayMark mark) {
        Optional<ReplayMark> next = Optional.of(mark);
        if (!next.equals(replay)) {
            replay = next;
            dirty.touch();
        }
    }

    /** The resourceVersion up to which everything is settled; empty when a later process has to list. */
    String lowWatermark() {
        // What was read before the position was lost is out of reach of any watch.
        Place settled = settledPlace();
        return settled.epoch() == place.epoch() ? settled.position() : "";
    }

    /** Without a low-water mark: up to where every change was settled; empty when unknown. */
    public String gapFrom() {
        return lowWatermark().isEmpty() ? settledPlace().followedUpTo() : "";
    }

    private Place settledPlace() {
        return oldestPending().map(oldest -> oldest.before).orElse(place);
    }

    private Optional<PendingChange> oldestPending() {
        return pending.isEmpty()
                ? Optional.empty()
                : Optional.of(pending.iterator().next());
    }

    /**
     * Since when the low-water mark has been behind the position, or the position has been lost; empty when neither.
     */
    Optional<Instant> laggingSince() {
        Optional<Instant> oldest = oldestPending().map(change -> change.since);
        boolean lost = established && place.position().isEmpty();
        return lost ? oldest.filter(positionLostAt::isAfter).or(() -> Optional.of(positionLostAt)) : oldest;
    }

    // What is stored.

    /** The durable form; {@code changed} are the objects whose states go into the manifest. */
    public StreamSnapshot snapshot(Set<String> changed) {
        Map<String, String> settledUpTo = new HashMap<>(settledInWindow);
        pendingObjects.forEach((object, state) -> settledUpTo.put(object, state.settledUpTo));
        String readUpTo = windowEnd.isEmpty() ? place.position() : windowEnd;
        return new StreamSnapshot(
                lowWatermark(),
                gapFrom(),
                new StreamSnapshot.ResumeWindow(readUpTo, settledUpTo),
                allUnacknowledgedCreates(),
                settledStates(changed),
                unsettledGaps(),
                replay);
    }

    /** The last settled states of these objects, packed; null for those that have none. */
    public Map<String, byte @Nullable []> settledStates(Set<String> objects) {
        Map<String, byte @Nullable []> settled = new HashMap<>();
        objects.forEach(object -> settled.put(object, settledState(object)));
        return settled;
    }

    private byte @Nullable [] settledState(String object) {
        PendingObject ahead = pendingObjects.get(object);
        return ahead == null ? index.packed(object) : ahead.settledState;
    }

    /** The last settled state of each object that has one, packed. */
    public void forEachSettled(Consumer<byte[]> action) {
        index.forEachPacked(packed -> {
            if (!pendingObjects.containsKey(ObjectState.key(packed))) {
                action.accept(packed);
            }
        });
        pendingObjects.values().forEach(object -> {
            if (object.settledState != null) {
                action.accept(object.settledState);
            }
        });
    }

    /** Newest last, one state per uid. */
    private List<byte[]> allUnacknowledgedCreates() {
        Map<String, byte[]> byUid = new LinkedHashMap<>();
        unacknowledged.values().forEach(created -> created.forEach(state -> byUid.put(state.uid(), state.pack())));
        for (PendingChange change : pending) {
            PendingObject object = pendingObjects.get(change.object);
            if (object != null && !object.isSettled(change.uid)) {
                byUid.put(change.uid, change.state);
            }
        }
        return List.copyOf(byUid.values());
    }

    /**
     * A place in a stream.
     *
     * @param position the resourceVersion up to which everything was read; empty while there is none
     * @param gapFrom without a position: where the gap began; empty when unknown
     * @param epoch how often the position was lost before
     */
    private record Place(String position, String gapFrom, int epoch) {

        Place at(String resourceVersion) {
            return new Place(resourceVersion, gapFrom, epoch);
        }

        /** The resourceVersion up to which no change was missed. */
        String followedUpTo() {
            return position.isEmpty() ? gapFrom : position;
        }
    }

    /** A change that was read and is not settled. It is settled when it is run. Two are never equal. */
    public final class PendingChange implements Runnable {

        private final String object;

        /** Where the stream was when it read the oldest change that this one stands for. */
        private Place before;

        private final Instant since;
        private String uid;
        private String version;
        private boolean deleted;

        /** Packed; of a deletion, the last state. */
        private byte[] state;

        private boolean deliveredEarlier;

        private PendingChange(Change change, boolean deliveredEarlier) {
            ObjectMetadata metadata = change.object();
            this.object = metadata.namespace() + "/" + metadata.name();
            this.before = place;
            this.since = clock.instant();
            this.uid = metadata.uid();
            this.version = metadata.resourceVersion();
            this.deleted = change.kind() == Change.Kind.DELETED;
            this.state = ObjectState.of(metadata, true).pack();
            this.deliveredEarlier = deliveredEarlier;
        }

        @Override
        public void run() {
            settle(this);
        }

        /** Whether an earlier process may have delivered a change of this object, identified by its uid. */
        public boolean isPossiblyDelivered() {
            return deliveredEarlier;
        }

        /**
         * Only {@code newer} will be delivered, and stands for both. It takes the place of this change. So the
         * low-water mark stays before this one, and no state counts as settled that the sink has not received.
         *
         * @param newer the next pending change of the same object
         * @return what is to be run when {@code newer} is settled, in place of the two
         */
        public PendingChange supersededBy(PendingChange newer) {
            if (pending.remove(newer)) {
                pendingObjects.computeIfPresent(object, (name, changed) -> changed.withoutOne());
                deliveredEarlier = newer.deliveredEarlier || (deliveredEarlier && uid.equals(newer.uid));
                uid = newer.uid;
                version = newer.version;
                deleted = newer.deleted;
                state = newer.state;
            }
            return this;
        }
    }

    /** An object with pending changes. */
    private static final class PendingObject {

        int changes;

        /** The state before the oldest of them, packed; null when there was none. */
        byte @Nullable [] settledState;

        String settledUpTo;

        PendingObject(Optional<ObjectState> before, String settledUpTo) {
            this.settledState = before.map(ObjectState::pack).orElse(null);
            this.settledUpTo = settledUpTo;
        }

        PendingObject withoutOne() {
            changes--;
            return this;
        }

        boolean isSettled(String uid) {
            return settledState != null
                    && ObjectState.unpack(settledState).uid().equals(uid);
        }
    }
}
