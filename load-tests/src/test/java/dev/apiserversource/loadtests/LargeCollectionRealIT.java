package dev.apiserversource.loadtests;

import dev.apiserversource.loadtests.adapter.AdapterProcess;
import dev.apiserversource.loadtests.cluster.ControlPlane;
import dev.apiserversource.loadtests.truth.ConfigMapWriter;
import dev.apiserversource.loadtests.truth.GroundTruth;
import dev.apiserversource.loadtests.truth.ParallelWrites;
import dev.apiserversource.loadtests.truth.Verdict;
import io.fabric8.kubernetes.api.model.ConfigMap;
import org.junit.jupiter.api.Test;

import java.time.Duration;

import static org.assertj.core.api.Assertions.assertThat;

/** A collection much larger than the adapter's heap. */
@RealApiServer
class LargeCollectionRealIT {

    private static final int OBJECTS = 100_000;
    private static final int THREADS = 16;
    private static final int FOLLOWED = 200;

    @Test
    void aHeapOf64MegabytesStartsOnAHundredThousandObjectsAndFollowsThem(ControlPlane plane) {
        try (Rig rig = Rig.forConfigMaps(plane);
                ParallelWrites writes = new ParallelWrites(THREADS)) {
            long empty = rig.launchReady(rig.configMaps()).liveHeapBytes();
            rig.stopAdapters();
            ConfigMap[] objects = new ConfigMap[OBJECTS];
            ConfigMapWriter existing = new ConfigMapWriter(plane.client(), new GroundTruth());
            Duration creating =
                    writes.run(OBJECTS, i -> objects[i] = existing.create(rig.namespace(), "object" + i, "1"));

            long begin = System.nanoTime();
            AdapterProcess adapter = rig.launch(rig.configMaps()).awaitReady(Patience.ofSeconds(120));
            Duration starting = Duration.ofNanos(System.nanoTime() - begin);
            long index = adapter.liveHeapBytes() - empty;
            Results.print(
                    "large collection",
                    "%d objects created in %s, ready in %s, %d bytes of heap per object, %d MB resident",
                    OBJECTS,
                    creating,
                    starting,
                    index / OBJECTS,
                    adapter.residentBytes() >> 20);

            GroundTruth truth = new GroundTruth();
            ConfigMapWriter writer = new ConfigMapWriter(plane.client(), truth);
            writes.run(FOLLOWED, i -> writer.delete(writer.update(objects[i * (OBJECTS / FOLLOWED)], "2")));
            rig.sink().await(truth.changes(), Patience.ofSeconds(60));
            assertThat(truth.everyChange(rig.sink().taken())).matches(Verdict::flawless);
            assertThat(rig.sink().breaches()).isEmpty();
        }
    }
}
