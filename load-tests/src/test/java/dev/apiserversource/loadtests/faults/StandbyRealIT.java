package dev.apiserversource.loadtests.faults;

import dev.apiserversource.loadtests.cluster.ControlPlane;
import dev.apiserversource.loadtests.cluster.ControlPlaneTest;
import dev.apiserversource.loadtests.load.LoadKind;
import dev.apiserversource.loadtests.load.ObjectWriter;
import dev.apiserversource.loadtests.verify.GroundTruth;
import org.junit.jupiter.api.Test;

import static dev.apiserversource.loadtests.TestBed.RECOVERY;
import static org.assertj.core.api.Assertions.assertThat;

/** What the table of faults cannot show, because under load the sink always receives more. */
@ControlPlaneTest
class StandbyRealIT {

    @Test
    void resumedLeaderSendsNothingAndExits(ControlPlane plane) {
        try (FaultTarget target = FaultTarget.withLeader(plane, LoadKind.CONFIG_MAPS)) {
            target.start();
            target.awaitReady();
            ObjectWriter writer = ObjectWriter.ofConfigMaps(plane.client(), new GroundTruth());

            target.suspendLeader();
            writer.create(target.namespace(), "one", "1");
            target.sink().await(1, RECOVERY);
            int attempts = target.sink().attempts();
            target.resumeSuperseded();

            assertThat(target.sink().attempts()).isEqualTo(attempts);
        }
    }
}
