package dev.apiserversource.loadtests;

import dev.apiserversource.loadtests.adapter.AdapterMetrics;
import dev.apiserversource.loadtests.adapter.AdapterProcess;
import dev.apiserversource.loadtests.cluster.ControlPlane;
import dev.apiserversource.loadtests.cluster.ControlPlaneTest;
import dev.apiserversource.loadtests.load.LoadKind;
import dev.apiserversource.loadtests.load.ObjectWriter;
import dev.apiserversource.loadtests.load.ParallelWrites;
import dev.apiserversource.loadtests.load.SteadyLoad;
import dev.apiserversource.loadtests.load.SteadyLoad.Shape;
import dev.apiserversource.loadtests.sink.RecordedEvent;
import dev.apiserversource.loadtests.sink.SinkBehaviour;
import dev.apiserversource.loadtests.verify.GroundTruth;
import dev.apiserversource.loadtests.verify.GroundTruth.Verdict;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

/** Ids, dropped events, and heap while the sink is down. Its failures under load are in the table of faults. */
@ControlPlaneTest
class SinkRealIT {

    private static final int LARGE = 32_000;

    /** 96 MB into a heap of 64 MB. */
    private static final int MANY = 3_000;

    /** The API server accepts ConfigMaps of about 1 MiB. */
    private static final int LARGEST = 1_000_000;

    private static final int LARGE_STATE = 900_000;
    private static final int REFUSED_STATES = 40;

    private static final double MEGABYTE = 1 << 20;

    @Test
    void twoProcessesOfOneSourceEmitTheSameIdsAndData(ControlPlane plane) {
        GroundTruth truth = new GroundTruth();
        try (TestBed bed = TestBed.forConfigMaps(plane)) {
            bed.launchReady(bed.configMaps());
            bed.launchReady(bed.configMaps());
            ObjectWriter writer = ObjectWriter.ofConfigMaps(plane.client(), truth);
            writer.delete(writer.update(writer.create(bed.namespace(), "emitted-twice", "1"), "2"));
            TestBed.await("each event arrives twice").until(() -> bed.sink().attempts() == 2 * truth.changes());

            assertThat(truth.everyChange(bed.sink().taken())).matches(Verdict::flawless);
            assertThat(bed.sink().repeats()).isEqualTo(truth.changes());
            assertThat(bed.sink().violations()).isEmpty();
        }
    }

    @Test
    void rejectedEventIsDroppedAndTheNextIsDelivered(ControlPlane plane) {
        GroundTruth truth = new GroundTruth();
        try (TestBed bed = TestBed.forConfigMaps(plane)) {
            AdapterProcess adapter = bed.launchReady(bed.configMaps());
            bed.sink().behave(SinkBehaviour.STATUS_400);
            ObjectWriter writer = ObjectWriter.ofConfigMaps(plane.client(), truth);
            GenericKubernetesResource object = writer.create(bed.namespace(), "rejected", "1");
            TestBed.await("the event was attempted")
                    .until(() -> bed.sink().neverTaken().size() == 1);
            bed.sink().behave(SinkBehaviour.ACCEPT);
            writer.update(object, "2");
            bed.awaitConfigMap("update", "rejected");

            List<RecordedEvent> attempted = new ArrayList<>(bed.sink().neverTaken());
            attempted.addAll(bed.sink().taken());
            assertThat(truth.everyChange(attempted)).matches(Verdict::flawless);
            assertThat(bed.sink().attempts()).isEqualTo(2);
            assertThat(adapter.metrics().sum(AdapterMetrics.EVENTS, AdapterMetrics.RESULT_DROPPED))
                    .isEqualTo(1);
        }
    }

    @Test
    void heapStaysBoundedWhileSinkIsDown(ControlPlane plane) {
        GroundTruth truth = new GroundTruth();
        try (TestBed bed = TestBed.forConfigMaps(plane)) {
            AdapterProcess adapter = bed.launchReady(bed.configMaps());
            long before = adapter.liveHeapBytes();
            bed.sink().behave(SinkBehaviour.REFUSE);
            writeMany(ObjectWriter.ofConfigMaps(plane.client(), truth), truth, bed.namespace());
            double pending = (adapter.liveHeapBytes() - before) / MEGABYTE;
            TestBed.printResult(
                    "sink down",
                    "%d changes of %d bytes, %.1f MB pending, %.0f MB resident",
                    truth.changes(),
                    LARGE,
                    pending,
                    adapter.residentBytes() / MEGABYTE);

            assertThat(pending).isLessThan(32);
            bed.sink().behave(SinkBehaviour.ACCEPT);
            bed.assertFinalStates(truth, TestBed.RECOVERY);
        }
    }

    /** The object alone is larger than the share of one object, so each state supersedes the one that waits. */
    @Test
    void objectThatIsRefusedWhileItChangesStopsNoOther(ControlPlane plane) {
        GroundTruth refused = new GroundTruth();
        GroundTruth others = new GroundTruth();
        try (TestBed bed = TestBed.forConfigMaps(plane);
                ParallelWrites writes = new ParallelWrites(4)) {
            AdapterProcess adapter = bed.launchReady(bed.configMaps().emittingGaps());
            String subject = LoadKind.CONFIG_MAPS.subject(bed.namespace(), "refused");
            bed.sink().refuse(subject);
            ObjectWriter writer = ObjectWriter.ofConfigMaps(plane.client(), refused);
            GenericKubernetesResource last = writer.create(bed.namespace(), "refused", "0" + "x".repeat(LARGE_STATE));
            writeOthers(bed, writes, ObjectWriter.ofConfigMaps(plane.client(), others));
            for (int state = 1; state <= REFUSED_STATES; state++) {
                last = writer.update(last, state + "x".repeat(LARGE_STATE));
            }
            writeOthers(bed, writes, ObjectWriter.ofConfigMaps(plane.client(), others));

            TestBed.await("the others are delivered").untilAsserted(() -> assertThat(
                            others.everyChange(taken(bed, subject, false)).lost())
                    .isEmpty());
            TestBed.await("two of the object are pending")
                    .until(() -> adapter.metrics().sum(AdapterMetrics.PENDING_EVENTS) == 2);

            bed.sink().refuse("");
            RecordedEvent gap = bed.awaitEvent("gap", subject);
            assertThat(gap.json().path("superseded").asInt()).isEqualTo(REFUSED_STATES - 1);
            assertThat(adapter.metrics().sum(AdapterMetrics.SUPERSEDED)).isEqualTo(REFUSED_STATES - 1);
            List<RecordedEvent> delivered = taken(bed, subject, true);
            assertThat(delivered).extracting(RecordedEvent::verb).containsExactly("add", "update", "gap");
            assertThat(refused.finalStates(delivered.subList(0, 2))).matches(Verdict::flawless);
            assertThat(others.everyChange(taken(bed, subject, false))).matches(Verdict::flawless);
            assertThat(bed.sink().violations()).isEmpty();
        }
    }

    private static void writeOthers(TestBed bed, ParallelWrites writes, ObjectWriter writer) {
        String prefix = "other" + bed.sink().attempts() + "-";
        writes.run(100, i -> writer.update(writer.create(bed.namespace(), prefix + i, "1"), "2"));
    }

    private static List<RecordedEvent> taken(TestBed bed, String subject, boolean ofSubject) {
        return bed.sink().taken().stream()
                .filter(event -> event.subject().equals(subject) == ofSubject)
                .toList();
    }

    private static void writeMany(ObjectWriter writer, GroundTruth truth, String namespace) {
        try (SteadyLoad load = new SteadyLoad(writer, Shape.busy(namespace, LARGE))) {
            load.start();
            TestBed.await("enough is written").atMost(Duration.ofMinutes(5)).until(() -> truth.changes() >= MANY);
            load.stop();
        }
    }

    @Test
    void largestObjectsFitIntoHeapWhileSinkIsDown(ControlPlane plane) {
        GroundTruth truth = new GroundTruth();
        try (TestBed bed = TestBed.forConfigMaps(plane);
                ParallelWrites writes = new ParallelWrites(4)) {
            AdapterProcess adapter = bed.launchReady(bed.configMaps());
            bed.sink().behave(SinkBehaviour.REFUSE);
            ObjectWriter writer = ObjectWriter.ofConfigMaps(plane.client(), truth);
            String state = "x".repeat(LARGEST);
            writes.run(100, i -> writer.create(bed.namespace(), "large" + i, state));

            TestBed.printResult("largest objects", "%.1f MB live", adapter.liveHeapBytes() / MEGABYTE);
            bed.sink().behave(SinkBehaviour.ACCEPT);
            bed.assertEveryChange(truth, TestBed.RECOVERY);
        }
    }
}
