package dev.apiserversource.loadtests;

import dev.apiserversource.loadtests.adapter.AdapterLaunch;
import dev.apiserversource.loadtests.adapter.AdapterMetrics;
import dev.apiserversource.loadtests.adapter.AdapterProcess;
import dev.apiserversource.loadtests.adapter.AdapterSourceConfig;
import dev.apiserversource.loadtests.cluster.ControlPlane;
import dev.apiserversource.loadtests.cluster.ControlPlaneTest;
import dev.apiserversource.loadtests.load.ObjectWriter;
import dev.apiserversource.loadtests.load.ParallelWrites;
import dev.apiserversource.loadtests.sink.SinkBehaviour;
import dev.apiserversource.loadtests.verify.GroundTruth;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

/** Memory of many streams whose objects are large, in the heap of the controller's Deployment. */
@ControlPlaneTest
class LargeObjectsRealIT {

    private static final int NAMESPACES = 120;
    private static final int OBJECTS = 400;
    private static final int THREADS = 8;
    private static final String LARGE = "x".repeat(900_000);
    private static final String READ_BYTES = "apiserversource_read_bytes";
    private static final Duration OUTAGE = Duration.ofSeconds(30);

    /** The budget, one object beyond it, and as much again because a buffer doubles. */
    private static final double MAX_READ_BYTES = 12e6;

    @Test
    void anOutageOfTheSinkFitsIntoTheHeap(ControlPlane plane) {
        String[] namespaces = new String[NAMESPACES];
        try (TestBed bed = new TestBed(plane);
                ParallelWrites writes = new ParallelWrites(THREADS)) {
            bed.account().grantWatch("", "configmaps");
            writes.run(NAMESPACES, i -> namespaces[i] = plane.createNamespace("large"));
            AdapterProcess adapter = bed.launch(
                            AdapterSourceConfig.ofResources()
                                    .in(List.of(namespaces))
                                    .watch("", "v1", "configmaps"),
                            launch -> launch.withJvm("-Xmx96m").withJvm("-XX:+UseSerialGC"))
                    .awaitReady(TestBed.RECOVERY);
            bed.sink().behave(SinkBehaviour.STATUS_503);
            GroundTruth truth = new GroundTruth();
            ObjectWriter writer = ObjectWriter.ofConfigMaps(bed.client(), truth);
            writes.run(OBJECTS, i -> writer.create(namespaces[i % NAMESPACES], "large-" + i / NAMESPACES, LARGE));

            double[] mostRead = {0};
            TestBed.await("the outage is over").atMost(TestBed.RECOVERY).until(() -> {
                AdapterMetrics metrics = adapter.metrics();
                mostRead[0] = Math.max(mostRead[0], metrics.sum(READ_BYTES));
                return metrics.sum("apiserversource_oldest_pending_seconds") > OUTAGE.toSeconds();
            });
            assertThat(mostRead[0]).isBetween(1e6, MAX_READ_BYTES);

            bed.sink().behave(SinkBehaviour.ACCEPT);
            bed.assertEveryChange(truth, Duration.ofMinutes(3));
            assertThat(adapter.alive()).isTrue();
            assertThat(adapter.peakResidentBytes()).isLessThanOrEqualTo(AdapterLaunch.POD_MEMORY);
            TestBed.printResult(
                    "large objects",
                    "%d streams, %d objects of 0.9 MB: %.1f MB read and not emitted, %d MB resident",
                    NAMESPACES,
                    OBJECTS,
                    mostRead[0] / 1e6,
                    adapter.peakResidentBytes() >> 20);
        }
    }
}
