package dev.apiserversource.loadtests;

import dev.apiserversource.loadtests.adapter.AdapterProcess;
import dev.apiserversource.loadtests.cluster.ControlPlane;
import dev.apiserversource.loadtests.sink.ReceivedEvent;
import dev.apiserversource.loadtests.truth.ConfigMapWriter;
import dev.apiserversource.loadtests.truth.GroundTruth;
import dev.apiserversource.loadtests.truth.ParallelWrites;
import dev.apiserversource.loadtests.truth.Verdict;
import io.fabric8.kubernetes.api.model.ConfigMap;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.function.IntFunction;

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
            ConfigMap[] objects = existing(rig, writes);

            AdapterProcess adapter = start(rig);
            long index = adapter.liveHeapBytes() - empty;
            Results.print(
                    "large collection",
                    "%d bytes of heap per object, %d MB resident",
                    index / OBJECTS,
                    adapter.residentBytes() >> 20);

            follows(rig, writes, i -> objects[i]);
            comparesAfterAGap(rig, adapter, writes, i -> objects[OBJECTS / 2 + i]);
        }
    }

    private static ConfigMap[] existing(Rig rig, ParallelWrites writes) {
        ConfigMap[] objects = new ConfigMap[OBJECTS];
        ConfigMapWriter writer = new ConfigMapWriter(rig.client(), new GroundTruth());
        Duration creating = writes.run(OBJECTS, i -> objects[i] = writer.create(rig.namespace(), "object" + i, "1"));
        Results.print("large collection", "%d objects created in %s", OBJECTS, creating);
        return objects;
    }

    private static AdapterProcess start(Rig rig) {
        long begin = System.nanoTime();
        AdapterProcess adapter = rig.launch(rig.configMaps()).awaitReady(Patience.ofSeconds(120));
        Results.print("large collection", "ready in %s", Duration.ofNanos(System.nanoTime() - begin));
        return adapter;
    }

    private static void follows(Rig rig, ParallelWrites writes, IntFunction<ConfigMap> objects) {
        GroundTruth truth = new GroundTruth();
        ConfigMapWriter writer = new ConfigMapWriter(rig.client(), truth);
        writes.run(FOLLOWED, i -> writer.delete(writer.update(objects.apply(i), "2")));
        assertThat(truth.everyChange(rig.sink(), Patience.ofSeconds(60))).matches(Verdict::flawless);
    }

    private static void comparesAfterAGap(
            Rig rig, AdapterProcess adapter, ParallelWrites writes, IntFunction<ConfigMap> objects) {
        int before = rig.sink().takenCount();
        GroundTruth truth = new GroundTruth();
        ConfigMapWriter writer = new ConfigMapWriter(rig.client(), truth);
        adapter.suspend();
        rig.plane().restartApiServer(); // Cuts the watch: the changes do not even reach the adapter's socket.
        writes.run(FOLLOWED, i -> writer.update(objects.apply(i), "2"));
        writes.run(FOLLOWED, i -> writer.delete(objects.apply(FOLLOWED + i)));
        rig.plane().forgetHistory();
        long begin = System.nanoTime();
        adapter.resume();

        List<ReceivedEvent> taken = rig.sink().await(before + 2 * FOLLOWED, Patience.ofSeconds(120));
        Results.print("large collection", "gap told in %s", Duration.ofNanos(System.nanoTime() - begin));
        assertThat(truth.finalStates(taken.subList(before, taken.size()))).matches(Verdict::flawless);
        assertThat(rig.sink().breaches()).isEmpty();
        assertThat(adapter.metrics().sum(Metric.RELISTS)).isPositive();
    }
}
