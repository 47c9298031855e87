package dev.apiserversource.adapter.state;

import dev.apiserversource.adapter.model.Change;
import dev.apiserversource.adapter.model.Gap;
import dev.apiserversource.adapter.model.ObjectMetadata;
import dev.apiserversource.adapter.model.ObjectState;
import dev.apiserversource.adapter.model.ResourceType;
import dev.apiserversource.adapter.model.WatchTarget;
import dev.apiserversource.adapter.state.StreamState.PendingChange;
import dev.apiserversource.frame.time.SimulatedTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
    private final StreamState state = newState(Optional.empty());

    private StreamState newState(Optional<StreamSnapshot> snapshot) {
        StreamState.Shared shared = new StreamState.Shared(dirty, time::now, new KeyHash(1));
        return new StreamState("id", snapshot, shared, object -> false, FirstList.FIRST_START);
    }

    /** The stream reads a change: the index first, then the change, then the position. */
    private PendingChange read(Change.Kind kind, String name, String uid, int version) {
        PendingChange settled = add(kind, name, uid, version);
        state.readUpTo("" + version);
        return settled;
    }

    private PendingChange add(Change.Kind kind, String name, String uid, int version) {
        Optional<ObjectState> before = Optional.ofNullable(state.indexed("ns", name));
        ObjectMetadata object = new ObjectMetadata("v1", "Pod", "ns", name, uid, "" + version, Optional.empty());
        if (kind == Change.Kind.DELETED) {
            state.remove("ns", name);
        } else {
            state.put(ObjectState.of(object, true));
        }
        return state.add(new Change(kind, TARGET, object, false, before));
    }

    /** The same for a change that others with the same version may follow. */
    private Runnable readUnfinished(Change.Kind kind, String name, String uid, int version) {
        state.reading("" + version);
        return add(kind, name, uid, version);
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
    void lowWatermarkIsThePositionWhenEverythingIsSettled() {
        state.readUpTo("10");
        read(Change.Kind.ADDED, "a", "a1", 11).run();
        state.readUpTo("15");

        assertThat(state.lowWatermark()).isEqualTo("15");
    }

    @Test
    void lowWatermarkStaysBeforeTheOldestPendingChange() {
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
    void storesTheLastSettledStateOfAnObject() {
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
    void theNewestTakesThePlaceOfTheChangesItSupersedes() {
        state.readUpTo("10");
        PendingChange first = read(Change.Kind.ADDED, "a", "a1", 11);
        PendingChange second = read(Change.Kind.MODIFIED, "a", "a1", 12);
        read(Change.Kind.ADDED, "b", "b1", 13).run();
        PendingChange newest = second.supersededBy(read(Change.Kind.MODIFIED, "a", "a1", 14));
        assertThat(state.lowWatermark()).isEqualTo("10");

        first.run();
        assertThat(state.lowWatermark()).isEqualTo("11");
        assertThat(settledStates()).containsExactly("b 13", "a 11");

        newest.run();
        assertThat(state.lowWatermark()).isEqualTo("14");
        assertThat(settledStates()).containsExactlyInAnyOrder("a 14", "b 13");
        assertThat(state.snapshot(Set.of()).window().settledUpTo()).isEmpty();
    }

    @Test
    void aSupersededDeletionIsSettledWithTheNewest() {
        state.readUpTo("10");
        read(Change.Kind.ADDED, "a", "a1", 11).run();
        PendingChange sent = read(Change.Kind.MODIFIED, "a", "a1", 12);
        PendingChange waiting = read(Change.Kind.MODIFIED, "a", "a1", 13);
        PendingChange deleted = waiting.supersededBy(read(Change.Kind.DELETED, "a", "a1", 14));

        sent.run();
        assertThat(settledStates()).containsExactly("a 12");
        deleted.run();
        assertThat(settledStates()).isEmpty();
        assertThat(state.lowWatermark()).isEqualTo("14");
    }

    @Test
    void anUnacknowledgedCreateIsPossiblyDelivered() {
        StreamSnapshot snapshot = snapshotWithPendingCreate();
        StreamState later = newState(Optional.of(snapshot));

        assertThat(later.add(change(Change.Kind.ADDED, "a", "a1", 11)).isPossiblyDelivered())
                .isTrue();
        assertThat(later.add(change(Change.Kind.ADDED, "b", "b1", 12)).isPossiblyDelivered())
                .isFalse();
    }

    private StreamSnapshot snapshotWithPendingCreate() {
        state.readUpTo("10");
        read(Change.Kind.ADDED, "a", "a1", 11);
        return state.snapshot(Set.of());
    }

    private static Change change(Change.Kind kind, String name, String uid, int version) {
        ObjectMetadata object = new ObjectMetadata("v1", "Pod", "ns", name, uid, "" + version, Optional.empty());
        return new Change(kind, TARGET, object, false, Optional.empty());
    }

    @Test
    void newObjectIsAnUnacknowledgedCreateUntilItIsSettled() {
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
    void stuckChangeHoldsTheLowWatermarkAndNoMemory() {
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
    void noLowWatermarkWithoutAPosition() {
        state.readUpTo("10");
        Runnable a = read(Change.Kind.ADDED, "a", "a1", 11);
        state.losePosition();
        assertThat(state.lowWatermark()).isEmpty();

        state.readUpTo("50");
        assertThat(state.lowWatermark()).as("a is older than the gap").isEmpty();
        a.run();
        assertThat(state.lowWatermark()).isEqualTo("50");
    }

    @Test
    void positionTrailsByOneVersion() {
        state.listedUpTo("10");
        readUnfinished(Change.Kind.ADDED, "a", "a1", 11).run();
        assertThat(state.position()).isEqualTo("10");
        readUnfinished(Change.Kind.ADDED, "b", "b1", 12).run();
        assertThat(state.position()).isEqualTo("11");
        assertThat(state.lowWatermark()).isEqualTo("11");

        state.readUpTo("15");
        assertThat(state.position()).as("a bookmark").isEqualTo("15");
    }

    @Test
    void lowWatermarkStaysBeforeAllChangesWithOneVersion() {
        state.listedUpTo("10");
        readUnfinished(Change.Kind.ADDED, "a", "a1", 11).run();
        readUnfinished(Change.Kind.ADDED, "b", "b1", 12).run();
        Runnable a = readUnfinished(Change.Kind.DELETED, "a", "a1", 20);
        Runnable b = readUnfinished(Change.Kind.DELETED, "b", "b1", 20);
        assertThat(state.lowWatermark()).isEqualTo("12");

        a.run();
        assertThat(state.lowWatermark()).isEqualTo("12");
        b.run();
        assertThat(state.lowWatermark()).as("more of them may follow").isEqualTo("12");
        readUnfinished(Change.Kind.ADDED, "c", "c1", 21).run();
        assertThat(state.lowWatermark()).isEqualTo("20");
    }

    @Test
    void resumeWindowEndsBeforeAnUnfinishedVersion() {
        state.listedUpTo("10");
        readUnfinished(Change.Kind.ADDED, "a", "a1", 11).run();
        readUnfinished(Change.Kind.ADDED, "b", "b1", 12).run();
        readUnfinished(Change.Kind.DELETED, "a", "a1", 20).run();
        readUnfinished(Change.Kind.DELETED, "b", "b1", 20);

        StreamSnapshot stored = state.snapshot(Set.of());
        assertThat(stored.window()).isEqualTo(new StreamSnapshot.ResumeWindow("12", Map.of("ns/b", "12")));
        assertThat(restored(stored).isSettled(pod("c", "20"))).isFalse();
    }

    @Test
    void whatWasReadBehindThePositionIsReadAgainAfterAResume() {
        state.listedUpTo("10");
        readUnfinished(Change.Kind.ADDED, "a", "a1", 11).run();

        assertThat(state.resume()).isEqualTo("10");
        readUnfinished(Change.Kind.ADDED, "b", "b1", 12).run();
        assertThat(state.position()).as("11 was not read again").isEqualTo("10");
    }

    @Test
    void assumedPositionIsStored() {
        state.listedUpTo("10");
        state.assumeReadUpTo("50");

        assertThat(state.position()).isEqualTo("50");
        assertThat(state.lowWatermark()).isEqualTo("50");
        readUnfinished(Change.Kind.ADDED, "a", "a1", 60).run();
        assertThat(state.lowWatermark()).isEqualTo("50");
    }

    @Test
    void returnsToTheProvenPositionWhenAnAssumedOneIsDoubtful() {
        state.listedUpTo("10");
        state.assumeReadUpTo("50");
        state.assumeReadUpTo("70");
        readUnfinished(Change.Kind.ADDED, "a", "a1", 80);
        state.returnToProvenPosition();

        assertThat(state.position()).isEqualTo("10");
        assertThat(state.lowWatermark()).isEqualTo("10");
        assertThat(state.snapshot(Set.of()).window().settledUpTo()).containsEntry("ns/a", "10");
    }

    @Test
    void laterChangeProvesAnAssumedPosition() {
        state.listedUpTo("10");
        state.assumeReadUpTo("50");
        readUnfinished(Change.Kind.ADDED, "a", "a1", 60).run();
        readUnfinished(Change.Kind.ADDED, "b", "b1", 61).run();
        state.returnToProvenPosition();

        assertThat(state.position()).isEqualTo("60");
    }

    @Test
    void changeBeforeAnAssumedPositionDisprovesIt() {
        state.listedUpTo("10");
        state.assumeReadUpTo("50");
        readUnfinished(Change.Kind.ADDED, "a", "a1", 40);

        assertThat(state.lowWatermark()).isEqualTo("10");
    }

    @Test
    void returnsToTheAssumedPositionOnceAndKeepsTheProvenOne() {
        state.listedUpTo("10");
        state.assumeReadUpTo("50");
        assertThat(state.returnToAssumedPosition()).as("it is there").isFalse();
        state.returnToProvenPosition();
        assertThat(state.returnToAssumedPosition()).isTrue();

        assertThat(state.lowWatermark()).isEqualTo("50");
        assertThat(state.returnToAssumedPosition()).as("again").isFalse();
        state.losePosition();
        assertThat(state.gapFrom()).isEqualTo("10");
        assertThat(state.returnToAssumedPosition()).as("lost").isFalse();
    }

    @Test
    void returnsToNoDisprovedPosition() {
        state.listedUpTo("10");
        state.assumeReadUpTo("50");
        readUnfinished(Change.Kind.ADDED, "a", "a1", 40);

        assertThat(state.returnToAssumedPosition()).isFalse();
    }

    @Test
    void gapBeginsAtTheProvenPosition() {
        state.listedUpTo("10");
        state.assumeReadUpTo("50");
        state.losePosition();

        assertThat(state.gapFrom()).isEqualTo("10");
    }

    private static Gap gap(String from, String to) {
        return new Gap("gone", from, to, 1, 2, 3);
    }

    @Test
    void closedGapIsStoredBesideTheLowWatermarkUntilItIsSettled() {
        state.readUpTo("10");
        state.losePosition();
        state.readUpTo("50");
        Runnable settled = state.add(gap("10", "50"));

        assertThat(state.lowWatermark()).isEqualTo("50");
        assertThat(state.snapshot(Set.of()).unsettledGaps()).containsExactly(gap("10", "50"));
        settled.run();
        assertThat(state.snapshot(Set.of()).unsettledGaps()).isEmpty();
    }

    @Test
    void unsettledGapStaysStoredBeforeItsStreamStarts() {
        StreamSnapshot kept = snapshot("50", "50", Map.of(), List.of(gap("10", "50")));
        StreamState again = restored(kept);
        assertThat(again.unsettledGaps()).containsExactly(gap("10", "50"));
        assertThat(again.snapshot(Set.of()).unsettledGaps()).containsExactly(gap("10", "50"));

        again.add(gap("10", "50")).run();
        assertThat(again.snapshot(Set.of()).unsettledGaps()).isEmpty();
    }

    @Test
    void openGapBeginsWhereThePositionWasLost() {
        state.readUpTo("10");
        assertThat(state.snapshot(Set.of()).gapFrom()).isEmpty();
        state.losePosition();

        assertThat(state.snapshot(Set.of()).gapFrom()).isEqualTo("10");
        StreamState again = restored(state.snapshot(Set.of()));
        assertThat(again.gapFrom()).isEqualTo("10");
        assertThat(again.snapshot(Set.of()).gapFrom()).isEqualTo("10");
    }

    /** If the process ends now, what was read and is pending belongs to the gap. */
    @Test
    void storedGapBeginsBeforeTheOldestPendingChange() {
        state.readUpTo("10");
        Runnable a = read(Change.Kind.ADDED, "a", "a1", 11);
        state.losePosition();
        assertThat(state.snapshot(Set.of()).gapFrom()).isEqualTo("10");

        a.run();
        assertThat(state.snapshot(Set.of()).gapFrom()).isEqualTo("11");
    }

    @Test
    void storedGapIsOpenUntilItsChangesAreSettled() {
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
    void lagsSinceTheOldestPendingChangeWasRead() {
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
    void lagsFromTheLossOfThePositionUntilTheListIsComplete() {
        assertThat(state.laggingSince()).as("before the first list is complete").isEmpty();
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
        return newState(Optional.of(kept));
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
    void resumeWindowStaysStoredUntilTheWatchHasPassedIt() {
        StreamState again = restored(snapshot("10", "40", Map.of("ns/stuck", "10"), List.of()));
        again.readUpTo("20");
        assertThat(again.snapshot(Set.of()).window().readUpTo()).isEqualTo("40");
        assertThat(again.snapshot(Set.of()).window().settledUpTo()).containsOnlyKeys("ns/stuck");

        again.readUpTo("41");
        assertThat(again.snapshot(Set.of()).window().readUpTo()).isEqualTo("41");
        assertThat(again.snapshot(Set.of()).window().settledUpTo()).isEmpty();
    }

    @Test
    void storesNothingBeforeTheFirstListIsComplete() {
        add(Change.Kind.ADDED, "a", "a1", 5);
        assertThat(state.isEstablished()).isFalse();
        assertThat(dirty.size()).isZero();

        state.readUpTo("10");
        assertThat(state.isEstablished()).isTrue();
        assertThat(dirty.isAll()).isTrue();
    }

    /** A list that is interrupted before all deletes were emitted is repeated, and must find the rest. */
    @Test
    void unacknowledgedCreateStaysUntilItsDeleteIsAdded() {
        ObjectState created = new ObjectState("ns", "a", "a1", "11", true);
        StreamState again = restored(new StreamSnapshot(
                "", "10", new StreamSnapshot.ResumeWindow("", Map.of()), List.of(created.pack()), Map.of(), List.of()));
        again.beginList(true);
        assertThat(again.unseen()).containsExactly(created.pack());
        again.beginList(true);
        assertThat(again.unseen()).containsExactly(created.pack());
        assertThat(again.unacknowledgedCreates("ns", "a")).containsExactly(created);

        ObjectMetadata gone = new ObjectMetadata("v1", "Pod", "ns", "a", "a1", "11", Optional.empty());
        again.remove(created);
        again.add(new Change(Change.Kind.DELETED, TARGET, gone, true, Optional.of(created)));
        assertThat(again.unseen()).isEmpty();
        assertThat(again.snapshot(dirty.objects().get("id")).changedStates().get("ns/a"))
                .as("restored by a later process")
                .isEqualTo(created.pack());
    }

    /** Without a resume window, the first change says nothing of what was read behind it. */
    @ParameterizedTest
    @ValueSource(strings = {"", "40"})
    void unacknowledgedCreateStaysUntilItIsReadAgain(String windowEnd) {
        ObjectState created = new ObjectState("ns", "a", "a1", "41", true);
        StreamState again = restored(new StreamSnapshot(
                "10",
                "",
                new StreamSnapshot.ResumeWindow(windowEnd, Map.of()),
                List.of(created.pack()),
                Map.of(),
                List.of()));
        again.readUpTo("40");
        assertThat(again.unacknowledgedCreates("ns", "a")).containsExactly(created);

        again.readUpTo("41");
        assertThat(again.unacknowledgedCreates("ns", "a")).isEmpty();
    }

    /** The list can show an older state than the window ends with, when etcd was restored from a backup. */
    @Test
    void hasNoResumeWindowWithoutAPosition() {
        StreamState again = restored(snapshot("", "40", Map.of(), List.of()));
        again.beginList(true);
        again.readUpTo("30");

        assertThat(again.isSettled(pod("a", "35"))).isFalse();
        assertThat(again.snapshot(Set.of()).window().readUpTo()).isEqualTo("30");
    }

    @Test
    void leavesOutWhatIsSettledInTheResumeWindow() {
        StreamState again = restored(snapshot("10", "40", Map.of("ns/stuck", "20"), List.of()));

        assertThat(again.isSettled(pod("other", "40"))).isTrue();
        assertThat(again.isSettled(pod("other", "41"))).isFalse();
        assertThat(again.isSettled(pod("stuck", "20"))).isTrue();
        assertThat(again.isSettled(pod("stuck", "21"))).isFalse();
        assertThat(again.isSettled(pod("other", "no-number"))).isFalse();
    }

    private static ObjectMetadata pod(String name, String version) {
        return new ObjectMetadata("v1", "Pod", "ns", name, "u", version, Optional.empty());
    }
}
