package dev.apiserversource.loadtests;

import dev.apiserversource.loadtests.cluster.ControlPlane;
import dev.apiserversource.loadtests.sink.Behaviour;
import dev.apiserversource.loadtests.truth.ConfigMapWriter;
import dev.apiserversource.loadtests.truth.GroundTruth;
import dev.apiserversource.loadtests.truth.ParallelWrites;
import dev.apiserversource.loadtests.truth.Verdict;
import io.fabric8.kubernetes.api.model.ConfigMap;
import org.junit.jupiter.api.Test;

import java.time.Duration;

import static org.assertj.core.api.Assertions.assertThat;

/** Whether the adapter keeps up with what an API server can take. */
@RealApiServer
class ThroughputRealIT {

    private static final int OBJECTS = 1_500;
    private static final int CHANGES = 4 * OBJECTS;
    private static final int THREADS = 16;

    @Test
    void aSlowSinkGetsEveryChangeWithinTwiceTheTimeOfWriting(ControlPlane plane) {
        try (Rig rig = Rig.forConfigMaps(plane);
                ParallelWrites writes = new ParallelWrites(THREADS)) {
            rig.sink().behave(Behaviour.ACCEPT_AFTER_5_MS);
            rig.launchReady(rig.configMaps());
            GroundTruth truth = new GroundTruth();
            ConfigMapWriter writer = new ConfigMapWriter(plane.client(), truth);

            long begin = System.nanoTime();
            Duration writing = writes.run(OBJECTS, i -> liveAndDie(writer, rig.namespace(), "object" + i));
            rig.sink().await(CHANGES, Patience.ofSeconds(120));
            Duration delivering = Duration.ofNanos(System.nanoTime() - begin);

            Results.print("throughput", "%d changes written in %s, delivered in %s", CHANGES, writing, delivering);
            assertThat(truth.everyChange(rig.sink().taken())).matches(Verdict::flawless);
            assertThat(rig.sink().breaches()).isEmpty();
            assertThat(delivering).isLessThan(writing.multipliedBy(2));
        }
    }

    private static void liveAndDie(ConfigMapWriter writer, String namespace, String name) {
        ConfigMap object = writer.create(namespace, name, "1");
        object = writer.update(object, "2");
        object = writer.update(object, "3");
        writer.delete(object);
    }
}
