package dev.apiserversource.loadtests;

import dev.apiserversource.loadtests.adapter.AdapterProcess;
import dev.apiserversource.loadtests.cluster.ControlPlane;
import dev.apiserversource.loadtests.sink.Behaviour;
import dev.apiserversource.loadtests.truth.ConfigMapWriter;
import dev.apiserversource.loadtests.truth.GroundTruth;
import dev.apiserversource.loadtests.truth.Verdict;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** How the adapter ends. */
@RealApiServer
class DrainRealIT {

    private static final int HELD = 30;
    private static final Patience DEADLINE = Patience.ofSeconds(22);

    @Test
    void whatIsHeldIsDeliveredBeforeTheEnd(ControlPlane plane) {
        try (Rig rig = Rig.forConfigMaps(plane)) {
            GroundTruth truth = new GroundTruth();
            AdapterProcess adapter = holding(rig, truth);

            adapter.sigterm();
            adapter.awaitLog("draining", line -> line.text().contains("drain"), DEADLINE);
            rig.sink().behave(Behaviour.ACCEPT);

            assertThat(adapter.awaitExit(DEADLINE)).isZero();
            assertThat(truth.everyChange(rig.sink().taken())).matches(Verdict::flawless);
        }
    }

    @Test
    void anIdleAdapterEndsAtOnce(ControlPlane plane) {
        try (Rig rig = Rig.forConfigMaps(plane)) {
            AdapterProcess adapter = rig.launchReady(rig.configMaps());

            adapter.sigterm();

            assertThat(adapter.awaitExit(Patience.ofSeconds(5))).isZero();
        }
    }

    @Test
    void whatCannotBeDeliveredInTimeIsAbandonedAndCounted(ControlPlane plane) {
        try (Rig rig = Rig.forConfigMaps(plane)) {
            AdapterProcess adapter = holding(rig, new GroundTruth());

            adapter.sigterm();
            adapter.awaitExit(DEADLINE);

            assertThat(adapter.log())
                    .anyMatch(line ->
                            line.text().contains("abandoned") && line.text().contains("" + HELD));
        }
    }

    @Test
    void aSecondSignalEndsAtOnce(ControlPlane plane) {
        try (Rig rig = Rig.forConfigMaps(plane)) {
            AdapterProcess adapter = holding(rig, new GroundTruth());

            adapter.sigterm();
            adapter.awaitLog("draining", line -> line.text().contains("drain"), DEADLINE);
            adapter.sigterm();

            adapter.awaitExit(Patience.ofSeconds(3));
        }
    }

    /** An adapter that has read changes which the sink does not take. */
    private static AdapterProcess holding(Rig rig, GroundTruth truth) {
        AdapterProcess adapter = rig.launchReady(rig.configMaps());
        rig.sink().behave(Behaviour.STATUS_503);
        ConfigMapWriter writer = new ConfigMapWriter(rig.client(), truth);
        for (int i = 0; i < HELD; i++) {
            writer.create(rig.namespace(), "held" + i, "1");
        }
        Rig.PATIENCE.until("all were tried", () -> rig.sink().neverTaken().size() == HELD);
        return adapter;
    }
}
