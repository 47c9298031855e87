package dev.apiserversource.loadtests;

import dev.apiserversource.loadtests.adapter.AdapterLaunch;
import dev.apiserversource.loadtests.adapter.AdapterProcess;
import dev.apiserversource.loadtests.adapter.AdapterSourceConfig;
import dev.apiserversource.loadtests.cluster.ControlPlane;
import dev.apiserversource.loadtests.cluster.ControlPlaneTest;
import dev.apiserversource.loadtests.load.ObjectWriter;
import dev.apiserversource.loadtests.load.ParallelWrites;
import dev.apiserversource.loadtests.sink.RecordedEvent;
import dev.apiserversource.loadtests.sink.SinkBehaviour;
import dev.apiserversource.loadtests.verify.GroundTruth;
import dev.apiserversource.loadtests.verify.GroundTruth.Verdict;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

/** 1,000 watches in one adapter. */
@ControlPlaneTest
class ManyStreamsRealIT {

    private static final int NAMESPACES = 1_000;
    private static final int THREADS = 16;

    /** More than the heap in all, and for each watch less than the connection buffers. */
    private static final int OBJECTS_EACH = 6;

    private static final int STATE = 20_000;

    /** One connection carries 100 watches. A client that opens many at once may use twice the connections it needs. */
    private static final long CONNECTIONS = 2 * NAMESPACES / 100;

    @Test
    void thousandWatchesShareFewConnectionsAndResumeAfterRestart(ControlPlane plane) {
        String[] namespaces = new String[NAMESPACES];
        try (TestBed bed = new TestBed(plane);
                ParallelWrites writes = new ParallelWrites(THREADS)) {
            bed.account().grantWatch("", "configmaps");
            writes.run(NAMESPACES, i -> namespaces[i] = plane.createNamespace("many"));
            AdapterSourceConfig config =
                    AdapterSourceConfig.ofResources().in(List.of(namespaces)).watch("", "v1", "configmaps");

            long begin = System.nanoTime();
            AdapterProcess adapter = bed.launch(config).awaitReady(Duration.ofMinutes(2));
            Duration starting = Duration.ofNanos(System.nanoTime() - begin);
            long connections = adapter.connectionsTo(plane.url());
            TestBed.printResult(
                    "many streams",
                    "%d watches ready in %s over %d connections, %d MB resident",
                    NAMESPACES,
                    starting,
                    connections,
                    adapter.residentBytes() >> 20);
            assertThat(connections).isLessThanOrEqualTo(CONNECTIONS);

            assertOneEventOfEach(bed, writes, namespaces, "first");
            plane.restartApiServer();
            adapter.awaitReady(TestBed.RECOVERY);
            assertOneEventOfEach(bed, writes, namespaces, "after-the-restart");
        }
    }

    @Test
    void thousandWatchesStayWithinThePodsMemoryWhileTheSinkIsAway(ControlPlane plane) {
        GroundTruth truth = new GroundTruth();
        String[] namespaces = new String[NAMESPACES];
        try (TestBed bed = new TestBed(plane);
                ParallelWrites writes = new ParallelWrites(THREADS)) {
            bed.account().grantWatch("", "configmaps");
            writes.run(NAMESPACES, i -> namespaces[i] = plane.createNamespace("many"));
            AdapterProcess adapter = bed.launchInPod(AdapterSourceConfig.ofResources()
                            .in(List.of(namespaces))
                            .watch("", "v1", "configmaps"))
                    .awaitReady(Duration.ofMinutes(2));
            bed.sink().behave(SinkBehaviour.REFUSE);
            ObjectWriter writer = ObjectWriter.ofConfigMaps(bed.client(), truth);
            String state = "x".repeat(STATE);
            writes.run(
                    NAMESPACES * OBJECTS_EACH,
                    i -> writer.create(namespaces[i % NAMESPACES], "object" + i / NAMESPACES, state));
            bed.sink().behave(SinkBehaviour.ACCEPT);
            bed.assertEveryChange(truth, Duration.ofMinutes(3));

            long peak = adapter.peakResidentBytes();
            TestBed.printResult("many streams, sink away", "%d MB resident at most", peak >> 20);
            assertThat(peak).isLessThanOrEqualTo(AdapterLaunch.POD_MEMORY);
        }
    }

    private static void assertOneEventOfEach(TestBed bed, ParallelWrites writes, String[] namespaces, String name) {
        int before = bed.sink().takenCount();
        GroundTruth truth = new GroundTruth();
        ObjectWriter writer = ObjectWriter.ofConfigMaps(bed.client(), truth);
        writes.run(NAMESPACES, i -> writer.create(namespaces[i], name, "1"));
        List<RecordedEvent> taken = bed.sink().await(before + NAMESPACES, Duration.ofSeconds(90));
        assertThat(truth.everyChange(taken.subList(before, taken.size()))).matches(Verdict::flawless);
    }
}
