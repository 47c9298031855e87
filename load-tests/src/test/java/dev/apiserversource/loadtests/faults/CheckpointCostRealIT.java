package dev.apiserversource.loadtests.faults;

import dev.apiserversource.loadtests.TestBed;
import dev.apiserversource.loadtests.cluster.ControlPlane;
import dev.apiserversource.loadtests.cluster.ControlPlaneTest;
import dev.apiserversource.loadtests.cluster.FaultProxy.Request;
import dev.apiserversource.loadtests.load.LoadKind;
import dev.apiserversource.loadtests.load.ObjectWriter;
import dev.apiserversource.loadtests.load.SteadyLoad;
import dev.apiserversource.loadtests.load.SteadyLoad.Shape;
import dev.apiserversource.loadtests.verify.GroundTruth;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

import java.time.Duration;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

/** What a source writes to the API server. {@code -Dcost.seconds=} sets for how long each state is measured. */
@ControlPlaneTest
@Execution(ExecutionMode.CONCURRENT) // Beside other tests: most of the time it waits.
class CheckpointCostRealIT {

    private static final Duration MEASURED = Duration.ofSeconds(Integer.getInteger("cost.seconds", 30));
    private static final double MAX_BYTES_PER_SECOND = 4_096;

    /** Renewals of a Lease of a minute, with one more for the edge. */
    private static final double MAX_RENEWALS_PER_MINUTE = 4;

    /** An idle source writes its positions no more often. */
    private static final Duration IDLE_INTERVAL = Duration.ofMinutes(2);

    /** How long after the last change a checkpoint may still be written. */
    private static final Duration SETTLING = Duration.ofSeconds(30);

    /** Four threads that pause so write 10 changes a second to 1,000 objects. */
    private static Shape tenChangesASecond(String namespace) {
        return new Shape(namespace, "object-", 250, 200, Duration.ofMillis(395));
    }

    @Test
    void activeSourceWritesLittleAndIdleSourceItsPositionEveryTwoMinutes(ControlPlane plane) {
        GroundTruth truth = new GroundTruth();
        try (FaultTarget target = FaultTarget.ofOneReplica(plane, LoadKind.CONFIG_MAPS);
                SteadyLoad load = new SteadyLoad(
                        ObjectWriter.ofConfigMaps(plane.client(), truth), tenChangesASecond(target.namespace()))) {
            target.start();
            target.awaitReady();
            load.start();
            target.checkpoint().awaitCurrent();
            int changesBefore = truth.changes();
            List<Request> active = writesDuring(target);
            double changes = perSecond(truth.changes() - changesBefore);
            load.stop();
            Fault.lasts(SETTLING);
            List<Request> idle = writesDuring(target);

            TestBed.printResult(
                    "checkpoint",
                    "%.1f changes/s among 1000 objects: %.0f bytes/s in %.1f writes/min; idle: %d writes in %d s",
                    changes,
                    perSecond((double) bytes(checkpoint(active))),
                    60 * perSecond(checkpoint(active).size()),
                    checkpoint(idle).size(),
                    MEASURED.toSeconds());
            TestBed.printResult("lease", "%.1f renewals/min", 60 * perSecond((double) leases(idle)));
            assertThat(perSecond((double) bytes(checkpoint(active)))).isBetween(1.0, MAX_BYTES_PER_SECOND);
            assertThat(checkpoint(idle))
                    .hasSizeLessThanOrEqualTo((int) SETTLING.plus(MEASURED).dividedBy(IDLE_INTERVAL));
            assertThat(60 * perSecond((double) leases(idle))).isBetween(1.0, MAX_RENEWALS_PER_MINUTE);
        }
    }

    private static List<Request> writesDuring(FaultTarget target) {
        int before = target.apiServer().proxy().writes().size();
        Fault.lasts(MEASURED);
        List<Request> all = target.apiServer().proxy().writes();
        return all.subList(before, all.size());
    }

    private static double perSecond(double count) {
        return count / MEASURED.toSeconds();
    }

    private static List<Request> checkpoint(List<Request> writes) {
        return writes.stream()
                .filter(write -> write.path().contains("/configmaps"))
                .toList();
    }

    private static long leases(List<Request> writes) {
        return writes.stream().filter(write -> write.path().contains("/leases")).count();
    }

    private static int bytes(List<Request> writes) {
        return writes.stream().mapToInt(Request::bytes).sum();
    }
}
