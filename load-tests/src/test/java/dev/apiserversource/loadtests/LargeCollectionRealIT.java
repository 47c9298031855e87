package dev.apiserversource.loadtests;

import dev.apiserversource.loadtests.adapter.AdapterMetrics;
import dev.apiserversource.loadtests.adapter.AdapterProcess;
import dev.apiserversource.loadtests.cluster.ControlPlane;
import dev.apiserversource.loadtests.cluster.ControlPlaneTest;
import dev.apiserversource.loadtests.cluster.PromisedSize;
import dev.apiserversource.loadtests.load.ObjectWriter;
import dev.apiserversource.loadtests.load.ParallelWrites;
import dev.apiserversource.loadtests.sink.RecordedEvent;
import dev.apiserversource.loadtests.verify.GroundTruth;
import dev.apiserversource.loadtests.verify.GroundTruth.Verdict;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.function.IntFunction;

import static org.assertj.core.api.Assertions.assertThat;

/** Many objects and a heap of 64 MB, which is enough for 100,000. */
@ControlPlaneTest
class LargeCollectionRealIT {

    private static final int OBJECTS = PromisedSize.of(100_000);
    private static final int THREADS = 16;
    private static final int FOLLOWED = 200;

    @Test
    void manyObjectsFitInto64MegabytesOfHeap(ControlPlane plane) {
        try (TestBed bed = TestBed.forConfigMaps(plane);
                ParallelWrites writes = new ParallelWrites(THREADS)) {
            long empty = bed.launchReady(bed.configMaps()).liveHeapBytes();
            bed.killAdapters();
            GenericKubernetesResource[] objects = createObjects(bed, writes);

            AdapterProcess adapter = start(bed);
            long index = adapter.liveHeapBytes() - empty;
            TestBed.printResult(
                    "large collection",
                    "%d bytes of heap per object, %d MB resident",
                    index / OBJECTS,
                    adapter.residentBytes() >> 20);

            follows(bed, writes, i -> objects[i]);
            relistsAfterAGap(bed, adapter, writes, i -> objects[OBJECTS / 2 + i]);
        }
    }

    private static GenericKubernetesResource[] createObjects(TestBed bed, ParallelWrites writes) {
        GenericKubernetesResource[] objects = new GenericKubernetesResource[OBJECTS];
        ObjectWriter writer = ObjectWriter.ofConfigMaps(bed.client(), new GroundTruth());
        Duration creating = writes.run(OBJECTS, i -> objects[i] = writer.create(bed.namespace(), "object" + i, "1"));
        TestBed.printResult("large collection", "%d objects created in %s", OBJECTS, creating);
        return objects;
    }

    private static AdapterProcess start(TestBed bed) {
        long begin = System.nanoTime();
        AdapterProcess adapter = bed.launch(bed.configMaps()).awaitReady(Duration.ofMinutes(2));
        TestBed.printResult("large collection", "ready in %s", Duration.ofNanos(System.nanoTime() - begin));
        return adapter;
    }

    private static void follows(TestBed bed, ParallelWrites writes, IntFunction<GenericKubernetesResource> objects) {
        GroundTruth truth = new GroundTruth();
        ObjectWriter writer = ObjectWriter.ofConfigMaps(bed.client(), truth);
        writes.run(FOLLOWED, i -> writer.delete(writer.update(objects.apply(i), "2")));
        bed.assertEveryChange(truth, Duration.ofMinutes(1));
    }

    private static void relistsAfterAGap(
            TestBed bed,
            AdapterProcess adapter,
            ParallelWrites writes,
            IntFunction<GenericKubernetesResource> objects) {
        int before = bed.sink().takenCount();
        GroundTruth truth = new GroundTruth();
        ObjectWriter writer = ObjectWriter.ofConfigMaps(bed.client(), truth);
        adapter.suspend();
        bed.plane().crashApiServer(); // Closes the watch: the changes do not reach the adapter's socket.
        writes.run(FOLLOWED, i -> writer.update(objects.apply(i), "2"));
        writes.run(FOLLOWED, i -> writer.delete(objects.apply(FOLLOWED + i)));
        bed.plane().loseWatchHistory();
        long begin = System.nanoTime();
        adapter.resume();

        List<RecordedEvent> taken = bed.sink().await(before + 2 * FOLLOWED, Duration.ofMinutes(2));
        TestBed.printResult("large collection", "gap closed in %s", Duration.ofNanos(System.nanoTime() - begin));
        assertThat(truth.finalStates(taken.subList(before, taken.size()))).matches(Verdict::flawless);
        assertThat(bed.sink().violations()).isEmpty();
        assertThat(adapter.metrics().sum(AdapterMetrics.RELISTS)).isPositive();
    }
}
