package dev.apiserversource.adapter.checkpoint;

import dev.apiserversource.adapter.model.Change;
import dev.apiserversource.adapter.model.ObjectMetadata;
import dev.apiserversource.adapter.model.ObjectState;
import dev.apiserversource.adapter.model.RequestedResource;
import dev.apiserversource.adapter.model.ResourceType;
import dev.apiserversource.adapter.model.WatchTarget;
import dev.apiserversource.adapter.state.StreamState;
import dev.apiserversource.adapter.state.StreamStates;
import dev.apiserversource.frame.time.SimulatedTime;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

import static org.assertj.core.api.Assertions.assertThat;

class JournalTest {

    private static final WatchTarget TARGET =
            new WatchTarget(new ResourceType("", "v1", "pods", "Pod", true), Optional.of("ns"), "", false);

    private final SimulatedTime time = new SimulatedTime();
    private final SplittableRandom random = new SplittableRandom(1);
    private final StoreInMemory store = new StoreInMemory(time, random);
    private final StreamStates states = new StreamStates(
            List.of(new RequestedResource("", "v1", "pods", "")),
            store::contains,
            () -> Instant.EPOCH.plus(time.uptime()));
    private final List<Integer> charged = new ArrayList<>();
    private final StreamState stream = establishedStream();
    private Journal journal = journal(new WriteSizes(10, 3, 43, 0));

    private StreamState establishedStream() {
        StreamState established = states.claim(TARGET);
        established.listedUpTo("10");
        states.dirtyObjects().take();
        return established;
    }

    private Journal journal(WriteSizes sizes) {
        CheckpointMeters meters = new CheckpointMeters(new SimpleMeterRegistry(), time, states);
        WriteTarget to = new WriteTarget(store, states, meters, time, charged::add, failure -> {});
        return new Journal(to, new CheckpointLoader.Found.Nothing("cluster-1"), sizes, 100);
    }

    private void settle(String name, int version) {
        ObjectMetadata object = new ObjectMetadata("v1", "Pod", "ns", name, "uid", "" + version, Optional.empty());
        stream.put(ObjectState.of(object, true));
        stream.add(new Change(Change.Kind.ADDED, TARGET, object, false, Optional.empty()))
                .run();
    }

    private Future<Void> append() {
        Future<Void> appended = journal.append();
        time.advance(Duration.ofSeconds(1));
        return appended;
    }

    private void append(String name, int version) {
        settle(name, version);
        assertThat(append().succeeded()).isTrue();
    }

    private Map<String, byte[]> stored(int number) throws IOException {
        return CheckpointCodec.segment(store.maps.get("kept-journal-" + number))
                .states()
                .get(stream.id());
    }

    private List<Integer> numbers() {
        return journal.segments().stream().map(Manifest.SegmentName::number).toList();
    }

    @Test
    void writesTheDirtyObjectsOnce() throws IOException {
        settle("a", 11);
        append("b", 12);
        append("c", 13);

        assertThat(stored(0)).containsOnlyKeys("ns/a", "ns/b");
        assertThat(stored(1)).containsOnlyKeys("ns/c");
        assertThat(numbers()).containsExactly(0, 1);
        assertThat(states.dirtyObjects().size()).isZero();
        assertThat(charged).hasSize(2);
    }

    @Test
    void objectsStayDirtyWhenAWriteFails() {
        settle("a", 11);
        store.refusal = 500;

        assertThat(append().failed()).isTrue();
        assertThat(states.dirtyObjects().size()).isEqualTo(1);
        assertThat(numbers()).isEmpty();
    }

    @Test
    void aRefusalIsNoFailureAndIsTriedAgainLater() {
        settle("a", 11);
        store.refusal = 403;

        assertThat(append().succeeded()).isTrue();
        assertThat(states.dirtyObjects().size()).isEqualTo(1);
        assertThat(journal.hasRoom()).isFalse();
        time.advance(Duration.ofMinutes(10));
        assertThat(journal.hasRoom()).isTrue();
    }

    @Test
    void mergesSmallSegmentsIntoTheLastFreeNumber() throws IOException {
        append("a", 11);
        append("b", 12);
        settle("a", 13);
        append("c", 14);

        assertThat(numbers()).containsExactly(2);
        assertThat(stored(2)).containsOnlyKeys("ns/a", "ns/b", "ns/c");
        assertThat(ObjectState.unpack(stored(2).get("ns/a")).resourceVersion()).isEqualTo("13");
    }

    @Test
    void numbersAreFreeOnceAManifestWithoutThemIsStored() {
        append("a", 11);
        append("b", 12);
        append("c", 13);
        assertThat(journal.hasRoom()).as("the stored manifest names 0 and 1").isFalse();

        journal.manifestStored(journal.segments());
        assertThat(journal.hasRoom()).isTrue();
        append("d", 14);
        assertThat(numbers()).containsExactly(2, 0);
    }

    @Test
    void aManifestFromBeforeFreesNoNumberThatItNames() {
        append("a", 11);
        List<Manifest.SegmentName> named = journal.segments();
        journal.retire(journal.cover());
        journal.manifestStored(named);
        append("b", 12);
        assertThat(numbers()).containsExactly(1);

        journal.manifestStored(journal.segments());
        append("c", 13);
        assertThat(numbers()).containsExactly(1, 0);
    }

    @Test
    void coveringKeepsSegmentsThatFollow() {
        append("a", 11);
        List<Manifest.SegmentName> covered = journal.cover();
        append("b", 12);
        journal.retire(covered);

        assertThat(numbers()).containsExactly(1);
        assertThat(journal.bytes()).isPositive();
    }

    @Test
    void isNearlyFullWithMoreLargeSegmentsThanAThirdOfItsNumbers() {
        for (int large = 0; large < 2; large++) {
            assertThat(journal.isNearlyFull()).isFalse();
            for (int i = 0; i < 21; i++) {
                settle("o" + i, 11 + i);
            }
            append();
        }

        assertThat(journal.hasNames()).isFalse();
        assertThat(journal.isNearlyFull()).isTrue();
        assertThat(journal.hasRoom()).as("nothing to merge").isFalse();
    }

    @Test
    void mergesNoMoreThanFitsIntoAConfigMap() {
        journal = journal(new WriteSizes(10_000, 3, 43, 0));
        for (int segment = 0; segment < 3; segment++) {
            for (int i = 0; i < 9_000; i++) {
                settle(
                        segment + "-" + Long.toHexString(random.nextLong()) + Long.toHexString(random.nextLong())
                                + Long.toHexString(random.nextLong()) + Long.toHexString(random.nextLong()),
                        11);
            }
            assertThat(append().succeeded()).isTrue();
        }

        assertThat(numbers()).containsExactly(0, 1);
        assertThat(states.dirtyObjects().size()).isEqualTo(9_000);
        assertThat(journal.isNearlyFull()).isTrue();
    }

    @Test
    void whatAnEarlierProcessHasLeftDoesNotMatter() {
        store.overwrites = true;
        append("a", 11);

        assertThat(states.dirtyObjects().isAll()).isFalse();
    }

    @Test
    void allObjectsAreDirtyWhenAnotherProcessHasWrittenASegment() {
        append("a", 11);
        journal.retire(journal.cover());
        journal.manifestStored(List.of());
        store.overwrites = true;
        append("b", 12);

        assertThat(states.dirtyObjects().isAll()).isTrue();
    }

    @Test
    void allObjectsAreDirtyWhenASegmentWasDeleted() {
        append("a", 11);
        journal.retire(journal.cover());
        journal.manifestStored(List.of());
        store.maps.clear();
        append("b", 12);

        assertThat(states.dirtyObjects().isAll()).isTrue();
    }

    @Test
    void hasNoRoomOnceStopped() {
        journal.stop();

        assertThat(journal.hasRoom()).isFalse();
    }
}
