package dev.apiserversource.loadtests;

import dev.apiserversource.loadtests.adapter.AdapterProcess;
import dev.apiserversource.loadtests.adapter.LogLine;
import dev.apiserversource.loadtests.cluster.ControlPlane;
import dev.apiserversource.loadtests.cluster.ControlPlaneTest;
import dev.apiserversource.loadtests.load.ObjectWriter;
import dev.apiserversource.loadtests.sink.SinkBehaviour;
import dev.apiserversource.loadtests.verify.GroundTruth;
import dev.apiserversource.loadtests.verify.GroundTruth.Verdict;
import org.junit.jupiter.api.Test;

import java.time.Duration;

import static org.assertj.core.api.Assertions.assertThat;

/** SIGTERM: the adapter takes no more, delivers what is pending, and exits. */
@ControlPlaneTest
class DrainRealIT {

    private static final int PENDING = 30;

    /** The drain timeout is 20 seconds. */
    private static final Duration AFTER_DRAIN_TIMEOUT = Duration.ofSeconds(25);

    private static final Duration WELL_BEFORE_DRAIN_TIMEOUT = Duration.ofSeconds(10);

    @Test
    void pendingEventsAreDeliveredBeforeExit(ControlPlane plane) {
        try (TestBed bed = TestBed.forConfigMaps(plane)) {
            GroundTruth truth = new GroundTruth();
            AdapterProcess adapter = adapterWithPendingEvents(bed, truth);

            terminate(adapter);
            bed.sink().behave(SinkBehaviour.ACCEPT);

            assertThat(adapter.awaitExit(AFTER_DRAIN_TIMEOUT)).isZero();
            assertThat(truth.everyChange(bed.sink().taken())).matches(Verdict::flawless);
        }
    }

    @Test
    void idleAdapterExitsAtOnce(ControlPlane plane) {
        try (TestBed bed = TestBed.forConfigMaps(plane)) {
            AdapterProcess adapter = bed.launchReady(bed.configMaps());

            adapter.terminate();

            assertThat(adapter.awaitExit(WELL_BEFORE_DRAIN_TIMEOUT)).isZero();
        }
    }

    @Test
    void eventsPendingAtTheEndOfADrainAreCounted(ControlPlane plane) {
        try (TestBed bed = TestBed.forConfigMaps(plane)) {
            AdapterProcess adapter = adapterWithPendingEvents(bed, new GroundTruth());

            adapter.terminate();
            adapter.awaitExit(AFTER_DRAIN_TIMEOUT);

            assertThat(adapter.log())
                    .anyMatch(line ->
                            line.says(LogLine.DRAINED) && line.field("pending").equals("" + PENDING));
        }
    }

    @Test
    void secondSignalExitsAtOnce(ControlPlane plane) {
        try (TestBed bed = TestBed.forConfigMaps(plane)) {
            AdapterProcess adapter = adapterWithPendingEvents(bed, new GroundTruth());

            terminate(adapter);
            adapter.terminate();

            adapter.awaitExit(WELL_BEFORE_DRAIN_TIMEOUT);
        }
    }

    private static void terminate(AdapterProcess adapter) {
        adapter.terminate();
        adapter.awaitLog("draining", line -> line.says(LogLine.DRAINING), TestBed.TIMEOUT);
    }

    /** An adapter with events that the sink refuses. */
    private static AdapterProcess adapterWithPendingEvents(TestBed bed, GroundTruth truth) {
        AdapterProcess adapter = bed.launchReady(bed.configMaps());
        bed.sink().behave(SinkBehaviour.STATUS_503);
        ObjectWriter writer = ObjectWriter.ofConfigMaps(bed.client(), truth);
        for (int i = 0; i < PENDING; i++) {
            writer.create(bed.namespace(), "pending" + i, "1");
        }
        TestBed.await("all events were attempted")
                .until(() -> bed.sink().neverTaken().size() == PENDING);
        return adapter;
    }
}
