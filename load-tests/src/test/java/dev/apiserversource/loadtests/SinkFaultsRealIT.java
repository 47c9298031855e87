package dev.apiserversource.loadtests;

import dev.apiserversource.loadtests.adapter.AdapterProcess;
import dev.apiserversource.loadtests.cluster.ControlPlane;
import dev.apiserversource.loadtests.sink.Behaviour;
import dev.apiserversource.loadtests.sink.ReceivedEvent;
import dev.apiserversource.loadtests.truth.ConfigMapWriter;
import dev.apiserversource.loadtests.truth.GroundTruth;
import dev.apiserversource.loadtests.truth.ParallelWrites;
import dev.apiserversource.loadtests.truth.SteadyLoad;
import dev.apiserversource.loadtests.truth.Verdict;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

import java.util.ArrayList;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

/** A sink that misbehaves while changes go on. */
@RealApiServer
class SinkFaultsRealIT {

    private static final int SMALL = 100;
    private static final int LARGE = 8_000;

    /** An API server takes ConfigMaps of 1 MiB and a little. */
    private static final int LARGEST = 1_000_000;

    private static final long MEGABYTE = 1 << 20;

    private static final Patience RECOVERY = Patience.ofSeconds(70);

    @ParameterizedTest
    @EnumSource(
            mode = Mode.EXCLUDE,
            names = {"ACCEPT", "ACCEPT_AFTER_100_MS", "STATUS_400"})
    void nothingIsLostOrOutOfOrder(Behaviour fault, ControlPlane plane) {
        GroundTruth truth = new GroundTruth();
        try (Rig rig = Rig.forConfigMaps(plane)) {
            launch(rig);
            try (SteadyLoad load = new SteadyLoad(new ConfigMapWriter(plane.client(), truth), rig.namespace(), SMALL)) {
                load.start();
                rig.sink().behave(fault);
                writeOn(truth, 2_000);
                rig.sink().behave(Behaviour.ACCEPT);
                load.stop();
            }

            assertThat(truth.everyChange(rig.sink(), RECOVERY)).matches(Verdict::flawless);
            assertThat(rig.sink().breaches()).isEmpty();
        }
    }

    @Test
    void repeatsHaveTheIdAndDataOfTheFirst(ControlPlane plane) {
        GroundTruth truth = new GroundTruth();
        try (Rig rig = Rig.forConfigMaps(plane)) {
            launch(rig);
            rig.sink().behave(Behaviour.ACCEPT_AND_RESET);
            new ConfigMapWriter(plane.client(), truth).create(rig.namespace(), "repeated", "1");
            Rig.PATIENCE.until("the event comes again", () -> rig.sink().repeats() > 1);
            rig.sink().behave(Behaviour.ACCEPT);

            assertThat(rig.sink().taken()).hasSize(1);
            assertThat(rig.sink().breaches()).isEmpty();
        }
    }

    @Test
    void anotherProcessOfTheSameSourceGivesTheSameIdsAndData(ControlPlane plane) {
        GroundTruth truth = new GroundTruth();
        try (Rig rig = Rig.forConfigMaps(plane)) {
            launch(rig);
            launch(rig);
            ConfigMapWriter writer = new ConfigMapWriter(plane.client(), truth);
            writer.delete(writer.update(writer.create(rig.namespace(), "told-twice", "1"), "2"));
            Rig.PATIENCE.until("each event comes twice", () -> rig.sink().attempts() == 2 * truth.changes());

            assertThat(truth.everyChange(rig.sink().taken())).matches(Verdict::flawless);
            assertThat(rig.sink().repeats()).isEqualTo(truth.changes());
            assertThat(rig.sink().breaches()).isEmpty();
        }
    }

    @Test
    void whatTheSinkWillNeverTakeIsGivenUpAndHoldsNothingUp(ControlPlane plane) {
        GroundTruth truth = new GroundTruth();
        try (Rig rig = Rig.forConfigMaps(plane)) {
            AdapterProcess adapter = launch(rig);
            rig.sink().behave(Behaviour.STATUS_400);
            ConfigMapWriter writer = new ConfigMapWriter(plane.client(), truth);
            var object = writer.create(rig.namespace(), "refused", "1");
            Rig.PATIENCE.until("it was tried", () -> rig.sink().neverTaken().size() == 1);
            rig.sink().behave(Behaviour.ACCEPT);
            writer.update(object, "2");
            rig.awaitConfigMap("update", "refused");

            List<ReceivedEvent> seen = new ArrayList<>(rig.sink().neverTaken());
            seen.addAll(rig.sink().taken());
            assertThat(truth.everyChange(seen)).matches(Verdict::flawless);
            assertThat(rig.sink().attempts()).isEqualTo(2);
            assertThat(adapter.metrics().sum(Metric.EVENTS, "result=\"given_up\""))
                    .isEqualTo(1);
        }
    }

    @Test
    void memoryStaysBoundedWhileTheSinkIsAway(ControlPlane plane) {
        GroundTruth truth = new GroundTruth();
        try (Rig rig = Rig.forConfigMaps(plane)) {
            AdapterProcess adapter = launch(rig);
            long before = adapter.liveHeapBytes();
            rig.sink().behave(Behaviour.REFUSE);
            try (SteadyLoad load = new SteadyLoad(new ConfigMapWriter(plane.client(), truth), rig.namespace(), LARGE)) {
                load.start();
                writeOn(truth, 12_000); // 96 MB into a heap of 64 MB.
                load.stop();
            }
            long held = adapter.liveHeapBytes() - before;
            Results.print(
                    "sink away",
                    "%d changes of %d bytes, %.1f MB held, %.0f MB resident",
                    truth.changes(),
                    LARGE,
                    (double) held / MEGABYTE,
                    (double) adapter.residentBytes() / MEGABYTE);

            assertThat(held).isLessThan(32 * MEGABYTE);
            rig.sink().behave(Behaviour.ACCEPT);
            assertThat(truth.finalStates(rig.sink(), RECOVERY)).matches(Verdict::flawless);
            assertThat(rig.sink().breaches()).isEmpty();
        }
    }

    @Test
    void objectsOfTheLargestSizeFitTheHeapWhileTheSinkIsAway(ControlPlane plane) {
        GroundTruth truth = new GroundTruth();
        try (Rig rig = Rig.forConfigMaps(plane);
                ParallelWrites writes = new ParallelWrites(4)) {
            AdapterProcess adapter = launch(rig);
            rig.sink().behave(Behaviour.REFUSE);
            ConfigMapWriter writer = new ConfigMapWriter(plane.client(), truth);
            String state = "x".repeat(LARGEST);
            writes.run(100, i -> writer.create(rig.namespace(), "large" + i, state));

            Results.print("large objects", "%.1f MB live", (double) adapter.liveHeapBytes() / MEGABYTE);
            rig.sink().behave(Behaviour.ACCEPT);
            assertThat(truth.everyChange(rig.sink(), RECOVERY)).matches(Verdict::flawless);
        }
    }

    private static AdapterProcess launch(Rig rig) {
        return rig.launch(rig.configMaps(), launch -> launch.with("K_SINK_TIMEOUT", "1"))
                .awaitReady(Rig.PATIENCE);
    }

    private static void writeOn(GroundTruth truth, int more) {
        int enough = truth.changes() + more;
        Patience.ofSeconds(120).until("load goes on", () -> truth.changes() >= enough);
    }
}
