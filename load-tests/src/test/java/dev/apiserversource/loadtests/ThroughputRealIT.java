package dev.apiserversource.loadtests;

import dev.apiserversource.loadtests.cluster.ControlPlane;
import dev.apiserversource.loadtests.cluster.ControlPlaneTest;
import dev.apiserversource.loadtests.load.ObjectWriter;
import dev.apiserversource.loadtests.load.ParallelWrites;
import dev.apiserversource.loadtests.sink.SinkBehaviour;
import dev.apiserversource.loadtests.verify.GroundTruth;
import dev.apiserversource.loadtests.verify.GroundTruth.Verdict;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import org.junit.jupiter.api.Test;

import java.time.Duration;

import static org.assertj.core.api.Assertions.assertThat;

/** The adapter is as fast as the API server. */
@ControlPlaneTest
class ThroughputRealIT {

    private static final int OBJECTS = 1_500;
    private static final int CHANGES = 4 * OBJECTS;
    private static final int THREADS = 16;

    @Test
    void slowSinkReceivesAllWithinTwiceTheTimeOfWriting(ControlPlane plane) {
        try (TestBed bed = TestBed.forConfigMaps(plane);
                ParallelWrites writes = new ParallelWrites(THREADS)) {
            bed.sink().behave(SinkBehaviour.ACCEPT_AFTER_5_MS);
            bed.launchReady(bed.configMaps());
            GroundTruth truth = new GroundTruth();
            ObjectWriter writer = ObjectWriter.ofConfigMaps(plane.client(), truth);

            long begin = System.nanoTime();
            Duration writing = writes.run(OBJECTS, i -> createChangeAndDelete(writer, bed.namespace(), "object" + i));
            bed.sink().await(CHANGES, Duration.ofMinutes(2));
            Duration delivering = Duration.ofNanos(System.nanoTime() - begin);

            TestBed.printResult(
                    "throughput", "%d changes written in %s, delivered in %s", CHANGES, writing, delivering);
            assertThat(truth.everyChange(bed.sink().taken())).matches(Verdict::flawless);
            assertThat(bed.sink().violations()).isEmpty();
            assertThat(delivering).isLessThan(writing.multipliedBy(2));
        }
    }

    private static void createChangeAndDelete(ObjectWriter writer, String namespace, String name) {
        GenericKubernetesResource object = writer.create(namespace, name, "1");
        object = writer.update(object, "2");
        object = writer.update(object, "3");
        writer.delete(object);
    }
}
