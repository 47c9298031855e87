package dev.apiserversource.adapter.state;

import dev.apiserversource.adapter.model.Change;
import dev.apiserversource.adapter.model.Gap;
import dev.apiserversource.adapter.model.ObjectMetadata;
import dev.apiserversource.adapter.model.ObjectState;
import dev.apiserversource.adapter.model.ResourceType;
import dev.apiserversource.adapter.model.WatchTarget;
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
    private final DirtyObjects dirty = new DirtyObjects();
    private final StreamState state = new StreamState("id", Optional.empty(), dirty, object -> false, time::now);

    /** The stream reads a change: the index first, then the change, then the position. */
    private Runnable read(Change.Kind kind, String name, String uid, int version) {
        Runnable settled = add(kind, name, uid, version);
        state.readUpTo("" + version);
        return settled;
    }

    private Runnable add(Change.Kind kind, String name, String uid, int version) {
        Optional<ObjectState> before = Optional.ofNullable(state.indexed("ns", name));
        ObjectMetadata object = new ObjectMetadata("v1", "Pod", "ns", name, uid, "" + version, Optional.empty());
        if (kind == Change.Kind.DELETED) {
            state.remove("ns", name);
        } else {
            state.put(ObjectState.of(object, true));
        }
        return state.add(new Change(kind, TARGET, object, new byte[0], false, before));
    }

    private List<String> settledStates() {
        List<String> states = new ArrayList<>();
        state.forEachSettled(packed -> {
            ObjectState known = ObjectState.unpack(packed);
            states.add(known.name() + " " + known.resourceVersion());
        });
        return states;
    }

    @Test
    void theMarkIsThePositionWhenAllIsSettled() {
        state.readUpTo("10");
        read(Change.Kind.ADDED, "a", "a1", 11).run();
        state.readUpTo("15");

        assertThat(state.lowWatermark()).isEqualTo("15");
    }

    @Test
    void theMarkStaysBeforeTheOldestUnsettledChange() {
        state.readUpTo("10");
        Runnable a = read(Change.Kind.ADDED, "a", "a1", 11);
        Runnable b = read(Change.Kind.ADDED, "b", "b1", 12);
        Runnable c = read(Change.Kind.ADDED, "c", "c1", 13);

        c.run();
        assertThat(state.lowWatermark()).isEqualTo("10");
        a.run();
        assertThat(state.lowWatermark()).isEqualTo("11");
        b.run();
        assertThat(state.lowWatermark()).isEqualTo("13");
    }

    @Test
    void whatIsKeptOfAnObjectIsItsLastSettledState() {
        state.readUpTo("10");
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
        state.readUpTo("10");
        Runnable added = read(Change.Kind.ADDED, "a", "a1", 11);

        assertThat(settledStates()).isEmpty();
        assertThat(state.snapshot(Set.of()).unacknowledgedCreates())
                .singleElement()
                .satisfies(
                        packed -> assertThat(ObjectState.unpack(packed).uid()).isEqualTo("a1"));

        added.run();
        assertThat(state.snapshot(Set.of()).unacknowledgedCreates()).isEmpty();
    }

    @Test
    void aStuckChangeHoldsTheMarkAndNoMemory() {
        state.readUpTo("10");
        read(Change.Kind.ADDED, "stuck", "s", 11);
        for (int version = 12; version < 5_000; version++) {
            read(Change.Kind.ADDED, "o" + version % 7, "u" + version, version).run();
        }

        assertThat(state.lowWatermark()).isEqualTo("10");
        assertThat(state.snapshot(Set.of()).window())
                .isEqualTo(new StreamSnapshot.ResumeWindow("4999", Map.of("ns/stuck", "10")));
        assertThat(state.snapshot(Set.of()).unacknowledgedCreates()).hasSize(1);
    }

    @Test
    void aLostPositionIsNoMark() {
        state.readUpTo("10");
        Runnable a = read(Change.Kind.ADDED, "a", "a1", 11);
        state.losePosition();
        assertThat(state.lowWatermark()).isEmpty();

        state.readUpTo("50");
        assertThat(state.lowWatermark()).as("a is older than the gap").isEmpty();
        a.run();
        assertThat(state.lowWatermark()).isEqualTo("50");
    }

    private static Gap gap(String from, String to) {
        return new Gap("gone", from, to, 1, 2, 3);
    }

    @Test
    void aClosedGapLiesBesideTheMarkUntilItIsSettled() {
        state.readUpTo("10");
        state.losePosition();
        state.readUpTo("50");
        Runnable told = state.add(gap("10", "50"));

        assertThat(state.lowWatermark()).isEqualTo("50");
        assertThat(state.snapshot(Set.of()).unsettledGaps()).containsExactly(gap("10", "50"));
        told.run();
        assertThat(state.snapshot(Set.of()).unsettledGaps()).isEmpty();
    }

    @Test
    void aGapThatWasNotToldIsKeptWhetherOrNotItsStreamStarts() {
        StreamSnapshot kept = snapshot("50", "50", Map.of(), List.of(gap("10", "50")));
        StreamState again = restored(kept);
        assertThat(again.unsettledGaps()).containsExactly(gap("10", "50"));
        assertThat(again.snapshot(Set.of()).unsettledGaps()).containsExactly(gap("10", "50"));

        again.add(gap("10", "50")).run();
        assertThat(again.snapshot(Set.of()).unsettledGaps()).isEmpty();
    }

    @Test
    void anOpenGapBeginsWhereThePositionWasLost() {
        state.readUpTo("10");
        assertThat(state.snapshot(Set.of()).gapFrom()).isEmpty();
        state.losePosition();

        assertThat(state.snapshot(Set.of()).gapFrom()).isEqualTo("10");
        StreamState again = restored(state.snapshot(Set.of()));
        assertThat(again.gapFrom()).isEqualTo("10");
        assertThat(again.snapshot(Set.of()).gapFrom()).isEqualTo("10");
    }

    /** If the process ends now, what was read and is not settled is part of the gap. */
    @Test
    void forALaterProcessAnOpenGapBeginsBeforeTheOldestUnsettledChange() {
        state.readUpTo("10");
        Runnable a = read(Change.Kind.ADDED, "a", "a1", 11);
        state.losePosition();
        assertThat(state.snapshot(Set.of()).gapFrom()).isEqualTo("10");

        a.run();
        assertThat(state.snapshot(Set.of()).gapFrom()).isEqualTo("11");
    }

    @Test
    void forALaterProcessAGapIsOpenUntilWhatWasFoundIsSettled() {
        state.readUpTo("10");
        state.losePosition();
        Runnable found = add(Change.Kind.ADDED, "a", "a1", 30);
        state.readUpTo("50");
        assertThat(state.lowWatermark()).isEmpty();
        assertThat(state.snapshot(Set.of()).gapFrom()).isEqualTo("10");

        found.run();
        assertThat(state.lowWatermark()).isEqualTo("50");
        assertThat(state.snapshot(Set.of()).gapFrom()).isEmpty();
    }

    @Test
    void theMarkIsBehindSinceTheOldestUnsettledChangeWasRead() {
        state.readUpTo("10");
        assertThat(state.laggingSince()).isEmpty();
        Instant first = time.now();
        Runnable a = read(Change.Kind.ADDED, "a", "a1", 11);
        time.advance(Duration.ofSeconds(1));
        Instant second = time.now();
        Runnable b = read(Change.Kind.ADDED, "b", "b1", 12);

        assertThat(state.laggingSince()).hasValue(first);
        a.run();
        assertThat(state.laggingSince()).hasValue(second);
        b.run();
        assertThat(state.laggingSince()).isEmpty();
    }

    @Test
    void aMarkThatIsLostIsBehindUntilTheListIsComplete() {
        assertThat(state.laggingSince()).as("nothing was promised yet").isEmpty();
        state.readUpTo("10");
        time.advance(Duration.ofSeconds(1));
        Instant lost = time.now();
        state.losePosition();
        time.advance(Duration.ofSeconds(1));
        assertThat(state.laggingSince()).hasValue(lost);
        read(Change.Kind.ADDED, "a", "a1", 11).run();
        assertThat(state.laggingSince()).isEmpty();
    }

    private StreamState restored(StreamSnapshot kept) {
        return new StreamState("id", Optional.of(kept), dirty, object -> false, time::now);
    }

    private static StreamSnapshot snapshot(
            String lowWatermark, String readUpTo, Map<String, String> settledUpTo, List<Gap> unsettledGaps) {
        return new StreamSnapshot(
                lowWatermark,
                "",
                new StreamSnapshot.ResumeWindow(readUpTo, settledUpTo),
                List.of(),
                Map.of(),
                unsettledGaps);
    }

    @Test
    void whileTheStretchIsReadAgainWhatWasKeptOfItStaysKept() {
        StreamState again = restored(snapshot("10", "40", Map.of("ns/stuck", "10"), List.of()));
        again.readUpTo("20");
        assertThat(again.snapshot(Set.of()).window().readUpTo()).isEqualTo("40");
        assertThat(again.snapshot(Set.of()).window().settledUpTo()).containsOnlyKeys("ns/stuck");

        again.readUpTo("41");
        assertThat(again.snapshot(Set.of()).window().readUpTo()).isEqualTo("41");
        assertThat(again.snapshot(Set.of()).window().settledUpTo()).isEmpty();
    }

    @Test
    void beforeTheFirstListIsCompleteThereIsNothingToKeep() {
        add(Change.Kind.ADDED, "a", "a1", 5);
        assertThat(state.isEstablished()).isFalse();
        assertThat(dirty.size()).isZero();

        state.readUpTo("10");
        assertThat(state.isEstablished()).isTrue();
        assertThat(dirty.isAll()).isTrue();
    }
}
