package dev.apiserversource.adapter.checkpoint;

import dev.apiserversource.adapter.watch.Change;
import dev.apiserversource.adapter.watch.Known;
import dev.apiserversource.adapter.watch.KnownObjects;
import dev.apiserversource.adapter.watch.Memory;
import dev.apiserversource.adapter.watch.ObjectMetadata;
import dev.apiserversource.adapter.watch.Replay;
import org.jspecify.annotations.Nullable;

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
 * <p><b>Memory.</b> An entry for each unsettled change, of which there are as many as are held for delivery. A change that stays
 * unsettled holds the mark back and nothing else.
 */
final class StreamLedger implements Memory.StreamMemory {

    /** A change between being read and being settled; {@code after} is the state it led to, null for a deletion. */
    private static final class Entry {

        private final String object;
        private final String uid;
        private final String version;
        private final byte @Nullable [] after;
        private final String positionBefore;
        private final int era;

        /** Whether the change may have told the sink of an object that {@code settled} is not. */
        boolean mayHaveTold(byte @Nullable [] settled) {
            return after != null
                    && (settled == null
                            || !Known.unpack(settled)
                                    .uid()
                                    .equals(Known.unpack(after).uid()));
        }

        /** Whether nothing is doubtful any more once the change is settled: it was that object, or one that came after it. */
        boolean resolves(Known doubt) {
            boolean sameName = object.equals(doubt.namespace() + "/" + doubt.name());
            return sameName && (uid.equals(doubt.uid()) || after != null);
        }

        Entry(Change change, String positionBefore, int era) {
            ObjectMetadata metadata = change.object();
            this.object = objectKey(metadata);
            this.uid = metadata.uid();
            this.version = metadata.resourceVersion();
            this.after = change.kind() == Change.Kind.DELETED
                    ? null
                    : Known.of(metadata, true).pack();
            this.positionBefore = positionBefore;
            this.era = era;
        }
    }

    /** An object with unsettled changes. */
    private static final class Unsettled {

        private int changes;
        private byte @Nullable [] settledState;
        private String settledUpTo;

        Unsettled(byte @Nullable [] settledState, String settledUpTo) {
            this.settledState = settledState;
            this.settledUpTo = settledUpTo;
        }
    }

    private final String key;
    private final Journal journal;
    private final Predicate<ObjectMetadata> own;
    private final KnownObjects index;
    private final Memory.@Nullable Resumption resumption;
    private final Set<Entry> entries = new LinkedHashSet<>();
    private final Map<String, Unsettled> unsettled = new HashMap<>();
    /** While the stretch is read again that an earlier process had read: what that one had left unsettled. */
    private final Map<String, String> inherited = new HashMap<>();

    private final List<Known> inheritedDoubts = new ArrayList<>();

    private Replay replay;
    private String position;
    private int era;
    private boolean begun;

    private StreamLedger(
            String key, Journal journal, OwnObjects own, KnownObjects index, Memory.@Nullable Resumption resumption) {
        this.key = key;
        this.journal = journal;
        this.own = own.among(key);
        this.index = index;
        this.resumption = resumption;
        this.begun = resumption != null;
        this.position = resumption == null ? "" : resumption.position();
        this.replay = resumption == null ? new Replay("", Map.of()) : resumption.replay();
        inherited.putAll(replay.unsettled());
        if (resumption != null) {
            resumption.doubtful().forEach(packed -> inheritedDoubts.add(Known.unpack(packed)));
        }
    }

    /** The ledger of a stream that nothing was kept of; {@code own} are the objects that the checkpoint itself is kept in. */
    static StreamLedger fresh(String key, Journal journal, OwnObjects own) {
        return new StreamLedger(key, journal, own, new KnownObjects(), null);
    }

    /** The ledger of a stream of which {@code stored} was kept. */
    static StreamLedger restored(Main.Stream stored, KnownObjects index, Journal journal, OwnObjects own) {
        Replay replay = new Replay(stored.readUpTo(), stored.unsettled());
        return new StreamLedger(
                stored.key(), journal, own, index, new Memory.Resumption(stored.mark(), replay, stored.doubtful()));
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
    public KnownObjects index() {
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
        position = resourceVersion;
        if (replay.isBehind(position)) {
            forgetReplay();
            inheritedDoubts.clear();
        }
        began();
        journal.moved();
    }

    @Override
    public void lostPosition() {
        position = "";
        era++;
        forgetReplay();
        journal.moved();
    }

    private void forgetReplay() {
        replay = new Replay("", Map.of());
        inherited.clear();
    }

    /** Enters a change that has been read; the answer is to be run when it is settled. */
    Runnable enter(Change change) {
        Entry entry = new Entry(change, position, era);
        entries.add(entry);
        unsettled.computeIfAbsent(
                        entry.object,
                        o -> new Unsettled(change.before().map(Known::pack).orElse(null), position))
                .changes++;
        return () -> settle(entry);
    }

    private void settle(Entry entry) {
        Unsettled object = unsettled.get(entry.object);
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
    Main.Stream stored(Set<String> changed) {
        Map<String, byte @Nullable []> states = new HashMap<>();
        changed.forEach(object -> states.put(object, settledState(object)));
        boolean replaying = !replay.readUpTo().isEmpty();
        Map<String, String> exceptions = new HashMap<>(inherited);
        unsettled.forEach((object, state) -> exceptions.put(object, state.settledUpTo));
        return new Main.Stream(key, mark(), replaying ? replay.readUpTo() : position, exceptions, doubtful(), states);
    }

    /** Newest last; one state for each object that may have been told. */
    private List<byte[]> doubtful() {
        Map<String, byte[]> byUid = new LinkedHashMap<>();
        inheritedDoubts.forEach(doubt -> byUid.put(doubt.uid(), doubt.pack()));
        for (Entry entry : entries) {
            Unsettled object = unsettled.get(entry.object);
            byte @Nullable [] after = entry.after;
            if (after != null && object != null && entry.mayHaveTold(object.settledState)) {
                byUid.put(Known.unpack(after).uid(), after);
            }
        }
        return List.copyOf(byUid.values());
    }

    /** Where a later process has to go on; empty when it has to list. What was read before the position was lost is beyond any watch. */
    String mark() {
        Iterator<Entry> oldest = entries.iterator();
        if (!oldest.hasNext()) {
            return position;
        }
        Entry entry = oldest.next();
        return entry.era == era ? entry.positionBefore : "";
    }

    /** Hands out the last settled state of each object that has one, packed. */
    void forEachSettled(Consumer<byte[]> action) {
        index.forEachPacked(packed -> {
            if (!unsettled.containsKey(Known.key(packed))) {
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
        Unsettled aside = unsettled.get(object);
        return aside == null ? index.packed(object) : aside.settledState;
    }

    private static String objectKey(ObjectMetadata object) {
        return object.namespace() + "/" + object.name();
    }
}
