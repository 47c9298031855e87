package dev.apiserversource.loadtests;

import dev.apiserversource.loadtests.adapter.AdapterProcess;
import dev.apiserversource.loadtests.adapter.LogLine;
import dev.apiserversource.loadtests.cluster.ControlPlane;
import dev.apiserversource.loadtests.cluster.ControlPlaneTest;
import dev.apiserversource.loadtests.load.ParallelWrites;
import dev.apiserversource.loadtests.sink.RecordedEvent;
import dev.apiserversource.loadtests.sink.SinkBehaviour;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import org.junit.jupiter.api.Test;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.stream.Collectors;

import static org.assertj.core.api.Assertions.assertThat;

/** A replay sends every existing object once more, while objects change. */
@ControlPlaneTest
class ReplayRealIT {

    private static final String CHECKPOINT = "kept";
    private static final int OBJECTS = 1_000;

    /** Every tenth object is updated during the replay, and of these every fifth is deleted. */
    private static final int CHANGED = OBJECTS / 10;

    @Test
    void aReplayThatIsKilledSendsWhatIsLeft(ControlPlane plane) {
        try (TestBed bed = TestBed.forConfigMaps(plane);
                ParallelWrites writes = new ParallelWrites(8)) {
            bed.account().grantCheckpointIn(bed.namespace(), CHECKPOINT);
            writes.run(
                    OBJECTS, i -> bed.client().resource(configMap(bed, i, "a")).create());
            AdapterProcess first = launch(bed);
            List<Future<?>> changes = writes.start(CHANGED, i -> change(bed, i * 10));
            TestBed.await("half of the replay").until(() -> replayed(bed).size() > OBJECTS / 2);

            bed.sink().behave(SinkBehaviour.STATUS_503);
            long refusing = System.nanoTime();
            TestBed.await("a checkpoint of it").until(() -> checkpointAge(first) < secondsSince(refusing));
            first.kill();
            int settled = replayed(bed).size();
            bed.sink().behave(SinkBehaviour.ACCEPT);
            AdapterProcess second = launch(bed);
            LogLine resumed = second.awaitLog("the replay", line -> line.says("replay resumed"), TestBed.TIMEOUT);
            LogLine complete = second.awaitLog("the rest of it", line -> line.says("replay complete"), TestBed.TIMEOUT);
            ParallelWrites.await(changes);

            assertThat(Integer.parseInt(resumed.field("objects"))).isGreaterThan(OBJECTS / 3);
            assertThat(replayed(bed)).containsAll(existing(bed));
            assertThat(bed.sink().violations()).isEmpty();
            assertThat(afterTheirDelete(bed)).isEmpty();
            int repeats = bed.sink().repeats();
            assertThat(repeats).isLessThan(OBJECTS / 4);
            TestBed.printResult(
                    "replay killed",
                    "%d of %d objects replayed before, %s settled in the checkpoint, %d repeats, %s at the end",
                    settled,
                    OBJECTS,
                    resumed.field("objects"),
                    repeats,
                    complete.field("objects"));
        }
    }

    private static AdapterProcess launch(TestBed bed) {
        return bed.launch(bed.configMaps().with("replay", "\"r1\""), launch -> launch.with("NAMESPACE", bed.namespace())
                        .with("CHECKPOINT_NAME", CHECKPOINT))
                .awaitReady(TestBed.TIMEOUT);
    }

    private static double checkpointAge(AdapterProcess adapter) {
        return adapter.metrics().sum("apiserversource_checkpoint_age_seconds");
    }

    /** A second less, for the event that was sent before. */
    private static double secondsSince(long nanos) {
        return (System.nanoTime() - nanos) / 1e9 - 1;
    }

    private static Set<String> replayed(TestBed bed) {
        return bed.sink().taken().stream()
                .filter(event -> event.attribute("replay").equals("r1"))
                .peek(event -> assertThat(event.verb()).isEqualTo("add"))
                .map(event -> event.attribute("name"))
                .collect(Collectors.toSet());
    }

    private static Set<String> existing(TestBed bed) {
        return bed.client().configMaps().inNamespace(bed.namespace()).list().getItems().stream()
                .map(object -> object.getMetadata().getName())
                .filter(name -> name.startsWith("o"))
                .collect(Collectors.toSet());
    }

    /** No object is created again under its name. */
    private static List<String> afterTheirDelete(TestBed bed) {
        Set<String> deleted = new HashSet<>();
        return bed.sink().taken().stream()
                .filter(event -> event.verb().equals("delete")
                        ? !deleted.add(event.subject())
                        : deleted.contains(event.subject()))
                .map(RecordedEvent::subject)
                .toList();
    }

    private static void change(TestBed bed, int number) {
        bed.client().resource(configMap(bed, number, "b")).update();
        if (number % 50 == 0) {
            bed.client().resource(configMap(bed, number, "b")).delete();
        }
    }

    private static ConfigMap configMap(TestBed bed, int number, String value) {
        return new ConfigMapBuilder()
                .withNewMetadata()
                .withNamespace(bed.namespace())
                .withName("o" + number)
                .endMetadata()
                .addToData("value", value)
                .build();
    }
}
