package dev.apiserversource.loadtests.faults;

import dev.apiserversource.loadtests.TestBed;
import dev.apiserversource.loadtests.adapter.AdapterMetrics;
import dev.apiserversource.loadtests.adapter.AdapterProcess;
import dev.apiserversource.loadtests.adapter.LogLine;
import dev.apiserversource.loadtests.cluster.ApiServerOption;
import dev.apiserversource.loadtests.cluster.ControlPlane;
import dev.apiserversource.loadtests.cluster.ControlPlaneTest;
import dev.apiserversource.loadtests.cluster.ControlPlanes;
import dev.apiserversource.loadtests.load.LoadKind;
import dev.apiserversource.loadtests.load.ObjectWriter;
import dev.apiserversource.loadtests.verify.GroundTruth;
import dev.apiserversource.loadtests.verify.GroundTruth.Verdict;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;

import static dev.apiserversource.loadtests.TestBed.RECOVERY;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * A source of Event objects in a quiet namespace. The API server sends it no bookmarks, and etcd's compaction outruns a
 * position that is not renewed. {@code -Dquiet.minutes=30} makes it last longer.
 */
@ControlPlaneTest
@Execution(ExecutionMode.CONCURRENT) // Beside other tests: it does nothing but wait.
class QuietEventsRealIT {

    /** Longer than the pause after which each relist is a gap. */
    private static final Duration OUTAGE = Duration.ofSeconds(15);

    private static final Duration QUIET = Duration.ofMinutes(Integer.getInteger("quiet.minutes", 3));

    @Test
    void quietSourceWarnsOfNothingAndResumes(ControlPlanes planes) {
        try (QuietSource minutely = new QuietSource(planes.with(ApiServerOption.COMPACTION_EVERY_MINUTE));
                QuietSource often = new QuietSource(planes.with(ApiServerOption.COMPACTION_EVERY_30_SECONDS))) {
            Fault.lasts(QUIET);
            TestBed.printResult("quiet events, compaction every minute", "%s", minutely);
            TestBed.printResult("quiet events, compaction every 30 s", "%s", often);

            minutely.assertQuiet();
            often.assertQuiet();
            minutely.assertNoGapAfterAnOutage();
            minutely.assertResumes();
        }
    }

    /** A source of Event objects that was ready and has delivered one, and that has nothing to do since. */
    private static final class QuietSource implements AutoCloseable {

        private final GroundTruth truth = new GroundTruth();
        private final ControlPlane plane;
        private final FaultTarget target;
        private final ObjectWriter writer;

        QuietSource(ControlPlane plane) {
            this.plane = plane;
            target = FaultTarget.ofOneReplica(plane, LoadKind.EVENTS);
            writer = new ObjectWriter(plane.client(), truth, LoadKind.EVENTS);
            target.start();
            target.awaitReady();
            writer.create(target.namespace(), "before", "1");
            target.sink().await(1, RECOVERY);
        }

        void assertQuiet() {
            assertThat(warnings()).isEmpty();
            assertThat(watchRestarts("idle")).isZero();
            assertThat(target.gaps()).isZero();
        }

        /** The position that was read is older than the history, and the one that was assumed is not. */
        void assertNoGapAfterAnOutage() {
            plane.killApiServer();
            Fault.lasts(OUTAGE);
            plane.startApiServer();
            writer.create(target.namespace(), "between", "1");
            target.sink().await(2, RECOVERY);
            TestBed.printResult("quiet events, outage", "%s", this);

            assertThat(target.newest().log()).anyMatch(line -> line.says(LogLine.RESUMED_AT_ASSUMED_POSITION));
            assertThat(target.gaps()).isZero();
        }

        void assertResumes() {
            AdapterProcess restarted = target.restartGracefully();
            boolean resumed = restarted.log().stream().anyMatch(line -> line.says(LogLine.RESUMED_FROM_CHECKPOINT));
            TestBed.printResult("quiet events, restart", "resumed from the checkpoint: %s", resumed);
            writer.create(target.namespace(), "after", "1");
            target.sink().await(3, RECOVERY);

            assertThat(resumed).isTrue();
            assertThat(warnings()).isEmpty();
            assertThat(target.gaps()).isZero();
            assertThat(truth.everyChange(target.sink().taken())).matches(Verdict::flawless);
        }

        private double watchRestarts(String reason) {
            return target.newest().metrics().sum(AdapterMetrics.WATCH_RESTARTS, AdapterMetrics.reason(reason));
        }

        /** The adapter's own: on a busy machine Vert.x warns of an event loop that gets no CPU time. */
        private List<String> warnings() {
            return target.newest().log().stream()
                    .filter(line -> Set.of("WARN", "ERROR").contains(line.field("level")))
                    .filter(line -> line.field("logger").startsWith("dev.apiserversource"))
                    .map(LogLine::text)
                    .toList();
        }

        @Override
        public String toString() {
            AdapterMetrics metrics = target.newest().metrics();
            return String.format(
                    Locale.ROOT,
                    "%d minutes, %d warnings, %d gaps, %.0f watch restarts (idle: %.0f), %.0f relists",
                    QUIET.toMinutes(),
                    warnings().size(),
                    target.gaps(),
                    metrics.sum(AdapterMetrics.WATCH_RESTARTS),
                    watchRestarts("idle"),
                    metrics.sum(AdapterMetrics.RELISTS));
        }

        @Override
        public void close() {
            target.close();
        }
    }
}
