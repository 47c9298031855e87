package dev.apiserversource.loadtests.faults;

import dev.apiserversource.loadtests.TestBed;
import dev.apiserversource.loadtests.adapter.AdapterMetrics;
import dev.apiserversource.loadtests.adapter.AdapterProcess;
import dev.apiserversource.loadtests.adapter.LogLine;
import dev.apiserversource.loadtests.cluster.ApiServerOption;
import dev.apiserversource.loadtests.cluster.ControlPlaneTest;
import dev.apiserversource.loadtests.cluster.ControlPlanes;
import dev.apiserversource.loadtests.load.LoadKind;
import dev.apiserversource.loadtests.load.ObjectWriter;
import dev.apiserversource.loadtests.verify.GroundTruth;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.Set;

import static dev.apiserversource.loadtests.TestBed.RECOVERY;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * A source of Event objects in a quiet namespace. The API server sends it no bookmarks, and etcd's compaction outruns a
 * position that is not renewed. {@code -Dquiet.minutes=} sets for how long.
 */
@ControlPlaneTest
class QuietEventsRealIT {

    private static final int BRIEF_MINUTES = 4;
    private static final Duration QUIET = Duration.ofMinutes(Integer.getInteger("quiet.minutes", BRIEF_MINUTES));

    /** For a brief time etcd is compacted more often, so that positions become too old within it. */
    private static final ApiServerOption COMPACTION = QUIET.toMinutes() <= BRIEF_MINUTES
            ? ApiServerOption.COMPACTION_EVERY_30_SECONDS
            : ApiServerOption.COMPACTION_EVERY_MINUTE;

    @Test
    void quietSourceWarnsOfNothingAndResumes(ControlPlanes planes) {
        GroundTruth truth = new GroundTruth();
        try (FaultTarget target = FaultTarget.ofOneReplica(planes.with(COMPACTION), LoadKind.EVENTS)) {
            target.start();
            target.awaitReady();
            ObjectWriter writer = new ObjectWriter(target.plane().client(), truth, LoadKind.EVENTS);
            writer.create(target.namespace(), "before", "1");
            target.sink().await(1, RECOVERY);

            Fault.lasts(QUIET);
            AdapterProcess quiet = target.newest();
            AdapterMetrics metrics = quiet.metrics();
            List<LogLine> quietLog = quiet.log();
            AdapterProcess restarted = target.restartGracefully();
            writer.create(target.namespace(), "after", "1");
            target.sink().await(2, RECOVERY);
            TestBed.printResult(
                    "quiet events",
                    "%d minutes: %d warnings, %d gaps, %.0f watch restarts, %.0f of them idle, %.0f relists; %s",
                    QUIET.toMinutes(),
                    warnings(quietLog).size(),
                    target.gaps(),
                    metrics.sum(AdapterMetrics.WATCH_RESTARTS),
                    metrics.sum(AdapterMetrics.WATCH_RESTARTS, AdapterMetrics.reason("idle")),
                    metrics.sum(AdapterMetrics.RELISTS),
                    resumed(restarted) ? "resumed" : "not resumed");

            assertThat(warnings(quietLog)).isEmpty();
            assertThat(metrics.sum(AdapterMetrics.WATCH_RESTARTS, AdapterMetrics.reason("idle")))
                    .isZero();
            assertThat(resumed(restarted)).as("resumed from the checkpoint").isTrue();
            assertThat(warnings(restarted.log())).isEmpty();
            assertThat(target.gaps()).isZero();
            assertThat(truth.everyChange(target.sink().taken())).matches(GroundTruth.Verdict::flawless);
        }
    }

    private static boolean resumed(AdapterProcess adapter) {
        return adapter.log().stream().anyMatch(line -> line.says(LogLine.RESUMED_FROM_CHECKPOINT));
    }

    private static List<String> warnings(List<LogLine> log) {
        return log.stream()
                .filter(line -> Set.of("WARN", "ERROR").contains(line.field("level")))
                .map(LogLine::text)
                .toList();
    }
}
