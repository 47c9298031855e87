package dev.apiserversource.adapter.checkpoint;

import dev.apiserversource.adapter.model.Change;
import dev.apiserversource.adapter.model.Gap;
import dev.apiserversource.adapter.model.ObjectMetadata;
import dev.apiserversource.adapter.model.ObjectState;
import dev.apiserversource.adapter.state.ObjectIndex;
import dev.apiserversource.adapter.watch.Memory;
import dev.apiserversource.adapter.watch.Replay;
import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * The account of one stream: what has been read, and what of it is settled.
 *
 * <pre>
 *   resourceVersion   10    11    12    13    14    15    16    17
 *   read              a     b     c     a     d     c     b     bookmark
 *   settled           x     x           x     x     x
 *                           |                             |
 *                       the mark: before the oldest     the position: all of it has been read
 *                       unsettled change (c, 12)
 * </pre>
 *
 * <p><b>Why nothing is lost.</b> A change is entered before the position passes it, and the mark is the position before the oldest entry that is
 * not settled; so every change up to the mark is settled, and a watch from the mark brings all that is not. When the API server has
 * forgotten the mark, a list is compared with the stored index. That holds for each object its last <em>settled</em> state: the index that the
 * stream reads into runs ahead of the sink, so for objects with unsettled changes the state before the first of them is kept
 * aside until it is overtaken. A comparison with settled states finds every difference that the sink has not been told of; a
 * comparison with states that were only read would miss those that were read and never delivered.
 *
 * <p>An object that was read for the first time and is not settled yet has no settled state, and still the sink may know it: the process
 * may end between the sink's answer and the next checkpoint. So it is stored as doubtful: when a list does not show it, it counts as deleted.
 * What was read after the last checkpoint was written is not covered by that, and only matters when the history is lost too.
 *
 * <p><b>Why little is repeated.</b> Stored with the mark is how far the stream had read, and the few objects with unsettled changes.
 * Everything up to there about any other object is settled and is left out when the watch brings it again.
 *
 * <p><b>Gaps.</b> A gap that was closed is stored beside the mark until it is settled, and told again by the next process if need be. So it does not
 * hold the mark back, which would cost history and might lead to the next gap. While a gap is open, or its changes are not settled, the mark
 * is empty; stored then is where the gap began.
 *
 * <p><b>Memory.</b> An entry for each unsettled change, of which there are as many as are held for delivery. A change that stays
 * unsettled holds the mark back and nothing else.
 */
final class StreamState implements Memory.StreamMemory {

    private final String key;
    private final DirtyObjects journal;
    private final Predicate<ObjectMetadata> own;
    private final ObjectIndex index;
    private final InstantSource clock;
    private final Memory.@Nullable Resumption resumption;
    private final Set<PendingChange> entries = new LinkedHashSet<>();
    private final Map<String, PendingObject> unsettled = new HashMap<>();
    /** While the stretch is read again that an earlier process had read: what that one had left unsettled. */
    private final Map<String, String> inherited = new HashMap<>();

    private final List<ObjectState> inheritedDoubts = new ArrayList<>();
    private final Set<Gap> untold = new LinkedHashSet<>();

    private Replay replay;
    private PendingChange.Place place;
    private Instant lostSince;
    private boolean begun;

    private StreamState(
            String key,
            DirtyObjects journal,
            CheckpointObjectFilter own,
            ObjectIndex index,
            InstantSource clock,
            Memory.@Nullable Resumption resumption) {
        this.key = key;
        this.journal = journal;
        this.own = own.among(key);
        this.index = index;
        this.clock = clock;
        this.resumption = resumption;
        this.begun = resumption != null;
        this.place = resumption == null
                ? new PendingChange.Place("", "", 0)
                : new PendingChange.Place(resumption.position(), resumption.gapFrom(), 0);
        this.lostSince = clock.instant();
        this.replay = resumption == null ? new Replay("", Map.of()) : resumption.replay();
        inherited.putAll(replay.unsettled());
        if (resumption != null) {
            resumption.doubtful().forEach(packed -> inheritedDoubts.add(ObjectState.unpack(packed)));
            untold.addAll(resumption.untold());
        }
    }

    /** The ledger of a stream that nothing was kept of; {@code own} are the objects that the checkpoint itself is kept in. */
    static StreamState fresh(String key, DirtyObjects journal, CheckpointObjectFilter own, InstantSource clock) {
        return new StreamState(key, journal, own, new ObjectIndex(), clock, null);
    }

    /** The ledger of a stream of which {@code stored} was kept. */
    static StreamState restored(
            Manifest.Stream stored,
            ObjectIndex index,
            DirtyObjects journal,
            CheckpointObjectFilter own,
            InstantSource clock) {
        return new StreamState(stored.key(), journal, own, index, clock, stored.resumption());
    }

    String key() {
        return key;
    }

    /** Whether there is something to keep: the first list is complete, or has begun to be told. */
    boolean hasBegun() {
        return begun;
    }

    int unsettledChanges() {
        return entries.size();
    }

    @Override
    public ObjectIndex index() {
        return index;
    }

    @Override
    public Optional<Memory.Resumption> resumption() {
        return Optional.ofNullable(resumption);
    }

    @Override
    public boolean isOwn(ObjectMetadata object) {
        return own.test(object);
    }

    @Override
    public void indexed(String namespace, String name) {
        if (begun) {
            journal.add(this, namespace + "/" + name);
        }
    }

    @Override
    public void began() {
        if (!begun) {
            begun = true;
            journal.addAll();
        }
    }

    @Override
    public void readUpTo(String resourceVersion) {
        place = new PendingChange.Place(resourceVersion, place.gapFrom(), place.era());
        if (replay.isBehind(resourceVersion)) {
            forgetReplay();
            inheritedDoubts.clear();
        }
        began();
        journal.moved();
    }

    @Override
    public void lostPosition() {
        place = new PendingChange.Place("", place.followedUpTo(), place.era() + 1);
        lostSince = clock.instant();
        forgetReplay();
        journal.moved();
    }

    private void forgetReplay() {
        replay = new Replay("", Map.of());
        inherited.clear();
    }

    /** Enters a change that has been read; the answer is to be run when it is settled. */
    Runnable enter(Change change) {
        PendingChange entry = new PendingChange(change, place, clock.instant());
        entries.add(entry);
        unsettled.computeIfAbsent(
                        entry.object,
                        o -> new PendingObject(
                                change.before().map(ObjectState::pack).orElse(null), place.position()))
                .changes++;
        return () -> settle(entry);
    }

    /** Enters a gap that was closed, for the first time or once more; the answer is to be run when it is settled. */
    Runnable enter(Gap gap) {
        untold.add(gap);
        journal.noted();
        return () -> {
            untold.remove(gap);
            journal.noted();
        };
    }

    private void settle(PendingChange entry) {
        PendingObject object = unsettled.get(entry.object);
        if (!entries.remove(entry) || object == null) {
            return;
        }
        if (--object.changes == 0) {
            unsettled.remove(entry.object);
        } else {
            object.settledState = entry.after;
            object.settledUpTo = entry.version;
        }
        inherited.replace(entry.object, entry.version);
        inheritedDoubts.removeIf(entry::resolves);
        journal.add(this, entry.object);
    }

    /** What is to be stored of the stream besides its index; {@code changed} are the objects that the shards have an older state of. */
    Manifest.Stream stored(Set<String> changed) {
        Map<String, byte @Nullable []> states = new HashMap<>();
        changed.forEach(object -> states.put(object, settledState(object)));
        boolean replaying = !replay.readUpTo().isEmpty();
        Map<String, String> exceptions = new HashMap<>(inherited);
        unsettled.forEach((object, state) -> exceptions.put(object, state.settledUpTo));
        return new Manifest.Stream(
                key,
                mark(),
                replaying ? replay.readUpTo() : place.position(),
                exceptions,
                doubtful(),
                states,
                gapFrom(),
                List.copyOf(untold));
    }

    /** Newest last; one state for each object that may have been told. */
    private List<byte[]> doubtful() {
        Map<String, byte[]> byUid = new LinkedHashMap<>();
        inheritedDoubts.forEach(doubt -> byUid.put(doubt.uid(), doubt.pack()));
        for (PendingChange entry : entries) {
            PendingObject object = unsettled.get(entry.object);
            byte @Nullable [] after = entry.after;
            if (after != null && object != null && entry.mayHaveTold(object.settledState)) {
                byUid.put(ObjectState.unpack(after).uid(), after);
            }
        }
        return List.copyOf(byUid.values());
    }

    /** Where a later process has to go on; empty when it has to list. What was read before the position was lost is beyond any watch. */
    String mark() {
        PendingChange.Place settled = settledPlace();
        return settled.era() == place.era() ? settled.position() : "";
    }

    /** Without a mark: up to where a later process has every change; empty when nobody knows. */
    private String gapFrom() {
        return mark().isEmpty() ? settledPlace().followedUpTo() : "";
    }

    /** The place before the oldest unsettled change, or the present one. */
    private PendingChange.Place settledPlace() {
        return oldest().map(entry -> entry.before).orElse(place);
    }

    private Optional<PendingChange> oldest() {
        Iterator<PendingChange> inOrder = entries.iterator();
        return inOrder.hasNext() ? Optional.of(inOrder.next()) : Optional.empty();
    }

    /** Since when the mark has been behind what there is to read; empty when it is not. */
    Optional<Instant> behindSince() {
        Optional<Instant> unsettled = oldest().map(entry -> entry.since);
        boolean lost = begun && place.position().isEmpty();
        return lost ? unsettled.filter(lostSince::isAfter).or(() -> Optional.of(lostSince)) : unsettled;
    }

    /** Hands out the last settled state of each object that has one, packed. */
    void forEachSettled(Consumer<byte[]> action) {
        index.forEachPacked(packed -> {
            if (!unsettled.containsKey(ObjectState.key(packed))) {
                action.accept(packed);
            }
        });
        unsettled.values().forEach(object -> {
            if (object.settledState != null) {
                action.accept(object.settledState);
            }
        });
    }

    private byte @Nullable [] settledState(String object) {
        PendingObject aside = unsettled.get(object);
        return aside == null ? index.packed(object) : aside.settledState;
    }
}
