package dev.apiserversource.adapter.checkpoint;

import dev.apiserversource.adapter.model.Change;
import dev.apiserversource.adapter.model.Gap;
import dev.apiserversource.adapter.model.ObjectMetadata;
import dev.apiserversource.adapter.model.ObjectState;
import dev.apiserversource.adapter.model.ResourceType;
import dev.apiserversource.adapter.model.WatchTarget;
import dev.apiserversource.adapter.state.ObjectIndex;
import dev.apiserversource.frame.time.SimulatedTime;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import static org.assertj.core.api.Assertions.assertThat;

class StreamStateTest {

    private static final WatchTarget TARGET =
            new WatchTarget(new ResourceType("", "v1", "pods", "Pod", true), Optional.of("ns"), "", false);

    private final SimulatedTime time = new SimulatedTime();
    private final DirtyObjects journal = new DirtyObjects(1_000, new DirtyObjects.Listener() {
        @Override
        public void changed() {}

        @Override
        public void moved() {}
    });
    private final StreamState ledger =
            StreamState.fresh("key", journal, new CheckpointObjectFilter("ns", "kept"), time::now);

    /** The stream reads a change: the index first, then the change, then the position. */
    private Runnable read(Change.Kind kind, String name, String uid, int version) {
        Runnable settled = enter(kind, name, uid, version);
        ledger.readUpTo("" + version);
        return settled;
    }

    private Runnable enter(Change.Kind kind, String name, String uid, int version) {
        Optional<ObjectState> before =
                Optional.ofNullable(ledger.index().packed("ns/" + name)).map(ObjectState::unpack);
        ObjectMetadata object = new ObjectMetadata("v1", "Pod", "ns", name, uid, "" + version, Optional.empty());
        if (kind == Change.Kind.DELETED) {
            ledger.index().remove("ns/" + name);
        } else {
            ledger.index().putPacked(ObjectState.of(object, true).pack());
        }
        ledger.indexed("ns", name);
        return ledger.enter(new Change(kind, TARGET, object, new byte[0], false, before));
    }

    private List<String> settledStates() {
        List<String> states = new ArrayList<>();
        ledger.forEachSettled(packed -> {
            ObjectState known = ObjectState.unpack(packed);
            states.add(known.name() + " " + known.resourceVersion());
        });
        return states;
    }

    @Test
    void theMarkIsThePositionWhenAllIsSettled() {
        ledger.readUpTo("10");
        read(Change.Kind.ADDED, "a", "a1", 11).run();
        ledger.readUpTo("15");

        assertThat(ledger.mark()).isEqualTo("15");
    }

    @Test
    void theMarkStaysBeforeTheOldestUnsettledChange() {
        ledger.readUpTo("10");
        Runnable a = read(Change.Kind.ADDED, "a", "a1", 11);
        Runnable b = read(Change.Kind.ADDED, "b", "b1", 12);
        Runnable c = read(Change.Kind.ADDED, "c", "c1", 13);

        c.run();
        assertThat(ledger.mark()).isEqualTo("10");
        a.run();
        assertThat(ledger.mark()).isEqualTo("11");
        b.run();
        assertThat(ledger.mark()).isEqualTo("13");
    }

    @Test
    void whatIsKeptOfAnObjectIsItsLastSettledState() {
        ledger.readUpTo("10");
        read(Change.Kind.ADDED, "a", "a1", 11).run();
        Runnable second = read(Change.Kind.MODIFIED, "a", "a1", 12);
        Runnable third = read(Change.Kind.DELETED, "a", "a1", 13);
        assertThat(settledStates()).containsExactly("a 11");

        second.run();
        assertThat(settledStates()).containsExactly("a 12");
        third.run();
        assertThat(settledStates()).isEmpty();
    }

    @Test
    void anObjectReadForTheFirstTimeIsDoubtfulUntilItIsSettled() {
        ledger.readUpTo("10");
        Runnable added = read(Change.Kind.ADDED, "a", "a1", 11);

        assertThat(settledStates()).isEmpty();
        assertThat(ledger.stored(Set.of()).doubtful()).singleElement().satisfies(packed -> assertThat(
                        ObjectState.unpack(packed).uid())
                .isEqualTo("a1"));

        added.run();
        assertThat(ledger.stored(Set.of()).doubtful()).isEmpty();
    }

    @Test
    void aStuckChangeHoldsTheMarkAndNoMemory() {
        ledger.readUpTo("10");
        read(Change.Kind.ADDED, "stuck", "s", 11);
        for (int version = 12; version < 5_000; version++) {
            read(Change.Kind.ADDED, "o" + version % 7, "u" + version, version).run();
        }

        assertThat(ledger.mark()).isEqualTo("10");
        assertThat(ledger.unsettledChanges()).isEqualTo(1);
        Manifest.Stream stored = ledger.stored(Set.of());
        assertThat(stored.readUpTo()).isEqualTo("4999");
        assertThat(stored.unsettled()).isEqualTo(Map.of("ns/stuck", "10"));
    }

    @Test
    void aLostPositionIsNoMark() {
        ledger.readUpTo("10");
        Runnable a = read(Change.Kind.ADDED, "a", "a1", 11);
        ledger.lostPosition();
        assertThat(ledger.mark()).isEmpty();

        ledger.readUpTo("50");
        assertThat(ledger.mark()).as("a is older than the gap").isEmpty();
        a.run();
        assertThat(ledger.mark()).isEqualTo("50");
    }

    private static Gap gap(String from, String to) {
        return new Gap("gone", from, to, 1, 2, 3);
    }

    @Test
    void aClosedGapLiesBesideTheMarkUntilItIsSettled() {
        ledger.readUpTo("10");
        ledger.lostPosition();
        ledger.readUpTo("50");
        Runnable told = ledger.enter(gap("10", "50"));

        assertThat(ledger.mark()).isEqualTo("50");
        assertThat(ledger.stored(Set.of()).untold()).containsExactly(gap("10", "50"));
        told.run();
        assertThat(ledger.stored(Set.of()).untold()).isEmpty();
    }

    @Test
    void aGapThatWasNotToldIsKeptWhetherOrNotItsStreamStarts() {
        Manifest.Stream kept =
                new Manifest.Stream("key", "50", "50", Map.of(), List.of(), Map.of(), "", List.of(gap("10", "50")));
        StreamState again = restored(kept);
        assertThat(again.resumption().orElseThrow().untold()).containsExactly(gap("10", "50"));
        assertThat(again.stored(Set.of()).untold()).containsExactly(gap("10", "50"));

        again.enter(gap("10", "50")).run();
        assertThat(again.stored(Set.of()).untold()).isEmpty();
    }

    @Test
    void anOpenGapBeginsWhereThePositionWasLost() {
        ledger.readUpTo("10");
        assertThat(ledger.stored(Set.of()).gapFrom()).isEmpty();
        ledger.lostPosition();

        assertThat(ledger.stored(Set.of()).gapFrom()).isEqualTo("10");
        StreamState again = restored(ledger.stored(Set.of()));
        assertThat(again.resumption().orElseThrow().gapFrom()).isEqualTo("10");
        assertThat(again.stored(Set.of()).gapFrom()).isEqualTo("10");
    }

    /** If the process ends now, what was read and is not settled is part of the gap. */
    @Test
    void forALaterProcessAnOpenGapBeginsBeforeTheOldestUnsettledChange() {
        ledger.readUpTo("10");
        Runnable a = read(Change.Kind.ADDED, "a", "a1", 11);
        ledger.lostPosition();
        assertThat(ledger.stored(Set.of()).gapFrom()).isEqualTo("10");

        a.run();
        assertThat(ledger.stored(Set.of()).gapFrom()).isEqualTo("11");
    }

    @Test
    void forALaterProcessAGapIsOpenUntilWhatWasFoundIsSettled() {
        ledger.readUpTo("10");
        ledger.lostPosition();
        Runnable found = enter(Change.Kind.ADDED, "a", "a1", 30);
        ledger.readUpTo("50");
        assertThat(ledger.mark()).isEmpty();
        assertThat(ledger.stored(Set.of()).gapFrom()).isEqualTo("10");

        found.run();
        assertThat(ledger.mark()).isEqualTo("50");
        assertThat(ledger.stored(Set.of()).gapFrom()).isEmpty();
    }

    @Test
    void theMarkIsBehindSinceTheOldestUnsettledChangeWasRead() {
        ledger.readUpTo("10");
        assertThat(ledger.behindSince()).isEmpty();
        Instant first = time.now();
        Runnable a = read(Change.Kind.ADDED, "a", "a1", 11);
        time.advance(Duration.ofSeconds(1));
        Instant second = time.now();
        Runnable b = read(Change.Kind.ADDED, "b", "b1", 12);

        assertThat(ledger.behindSince()).hasValue(first);
        a.run();
        assertThat(ledger.behindSince()).hasValue(second);
        b.run();
        assertThat(ledger.behindSince()).isEmpty();
    }

    @Test
    void aMarkThatIsLostIsBehindUntilTheListIsComplete() {
        assertThat(ledger.behindSince()).as("nothing was promised yet").isEmpty();
        ledger.readUpTo("10");
        time.advance(Duration.ofSeconds(1));
        Instant lost = time.now();
        ledger.lostPosition();
        time.advance(Duration.ofSeconds(1));
        assertThat(ledger.behindSince()).hasValue(lost);
        read(Change.Kind.ADDED, "a", "a1", 11).run();
        assertThat(ledger.behindSince()).isEmpty();
    }

    private StreamState restored(Manifest.Stream kept) {
        return StreamState.restored(
                kept, new ObjectIndex(), journal, new CheckpointObjectFilter("ns", "kept"), time::now);
    }

    @Test
    void whileTheStretchIsReadAgainWhatWasKeptOfItStaysKept() {
        Manifest.Stream kept =
                new Manifest.Stream("key", "10", "40", Map.of("ns/stuck", "10"), List.of(), Map.of(), "", List.of());
        StreamState again = StreamState.restored(
                kept, new ObjectIndex(), journal, new CheckpointObjectFilter("ns", "kept"), time::now);
        again.readUpTo("20");
        assertThat(again.stored(Set.of()).readUpTo()).isEqualTo("40");
        assertThat(again.stored(Set.of()).unsettled()).containsOnlyKeys("ns/stuck");

        again.readUpTo("41");
        assertThat(again.stored(Set.of()).readUpTo()).isEqualTo("41");
        assertThat(again.stored(Set.of()).unsettled()).isEmpty();
    }

    @Test
    void beforeTheFirstListIsCompleteThereIsNothingToKeep() {
        ledger.indexed("ns", "a");
        assertThat(ledger.hasBegun()).isFalse();

        ledger.readUpTo("10");
        assertThat(ledger.hasBegun()).isTrue();
        assertThat(journal.isAll()).isTrue();
    }

    @Test
    void theObjectsOfTheCheckpointAreKnownByNameAndNamespace() {
        StreamState configMaps =
                StreamState.fresh("||configmaps||whole|", journal, new CheckpointObjectFilter("ns", "kept"), time::now);

        assertThat(configMaps.isOwn(named("ns", "kept"))).isTrue();
        assertThat(configMaps.isOwn(named("ns", "kept-16-15"))).isTrue();
        assertThat(configMaps.isOwn(named("ns", "kept-17-15"))).isFalse();
        assertThat(configMaps.isOwn(named("ns", "kept2"))).isFalse();
        assertThat(configMaps.isOwn(named("other", "kept"))).isFalse();
        assertThat(ledger.isOwn(named("ns", "kept"))).isFalse();
    }

    private static ObjectMetadata named(String namespace, String name) {
        return new ObjectMetadata("v1", "ConfigMap", namespace, name, "u", "1", Optional.empty());
    }
}
