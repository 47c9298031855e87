package dev.apiserversource.loadtests;

import dev.apiserversource.loadtests.adapter.AdapterProcess;
import dev.apiserversource.loadtests.cluster.ControlPlane;
import dev.apiserversource.loadtests.sink.ReceivedEvent;
import dev.apiserversource.loadtests.truth.ConfigMapWriter;
import dev.apiserversource.loadtests.truth.GroundTruth;
import dev.apiserversource.loadtests.truth.SteadyLoad;
import dev.apiserversource.loadtests.truth.Verdict;
import org.junit.jupiter.api.Test;

import java.time.Duration;

import static org.assertj.core.api.Assertions.assertThat;

/** An adapter with a checkpoint that is killed while changes go on, and started again. */
@RealApiServer
class RestartRealIT {

    private static final String CHECKPOINT = "kept";
    private static final int BYTES = 100;
    private static final int KILLS = 3;
    private static final Patience RECOVERY = Patience.ofSeconds(90);
    private static final Patience DOWN = new Patience(Duration.ofSeconds(1));

    private static AdapterProcess launch(Rig rig) {
        return rig.launch(rig.configMaps(), launch -> launch.with("CHECKPOINT_NAME", CHECKPOINT)
                        .with("NAMESPACE", rig.namespace()))
                .awaitReady(RECOVERY);
    }

    private static Rig rig(ControlPlane plane) {
        Rig rig = Rig.forConfigMaps(plane);
        rig.account().mayKeepCheckpointIn(rig.namespace(), CHECKPOINT);
        return rig;
    }

    private static void kill(AdapterProcess adapter) {
        adapter.kill9();
        DOWN.holdsWithin(() -> false);
    }

    @Test
    void threeKillsUnderLoadLoseNothing(ControlPlane plane) {
        GroundTruth truth = new GroundTruth();
        try (Rig rig = rig(plane)) {
            AdapterProcess adapter = launch(rig);
            try (SteadyLoad load = new SteadyLoad(new ConfigMapWriter(plane.client(), truth), rig.namespace(), BYTES)) {
                load.start();
                for (int i = 0; i < KILLS; i++) {
                    int before = rig.sink().takenCount();
                    RECOVERY.until("events flow", () -> rig.sink().takenCount() > before + 500);
                    kill(adapter);
                    adapter = launch(rig);
                }
                load.stop();
            }
            assertThat(truth.everyChange(rig.sink(), RECOVERY)).matches(Verdict::flawless);
            assertThat(rig.sink().breaches()).isEmpty();
            assertThat(rig.sink().taken())
                    .extracting(ReceivedEvent::subject)
                    .noneMatch(subject -> subject.contains("/configmaps/" + CHECKPOINT));
        }
    }

    @Test
    void lostHistoryWhileDownLosesNoFinalState(ControlPlane plane) {
        GroundTruth truth = new GroundTruth();
        try (Rig rig = rig(plane)) {
            AdapterProcess adapter = launch(rig);
            try (SteadyLoad load = new SteadyLoad(new ConfigMapWriter(plane.client(), truth), rig.namespace(), BYTES)) {
                rig.sink().await(truth.changes(), Rig.PATIENCE);
                load.start();
                int before = rig.sink().takenCount();
                RECOVERY.until("events flow", () -> rig.sink().takenCount() > before + 500);
                kill(adapter);
                plane.forgetHistory();
                adapter = launch(rig);
                load.stop();
            }
            assertThat(truth.finalStates(rig.sink(), RECOVERY)).matches(Verdict::flawless);
            // A delete that was told and not yet kept is derived again: with the version known before it, and less
            // data.
            assertThat(rig.sink().breaches()).allMatch(breach -> breach.contains(": delete "));
            assertThat(adapter.log()).anyMatch(line -> line.message().startsWith("gap closed"));
        }
    }
}
