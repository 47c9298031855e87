package dev.apiserversource.frame.leader;

import dev.apiserversource.frame.time.SimulatedTime;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.stream.IntStream;

import static org.assertj.core.api.Assertions.assertThat;

class ProblemReportTest {

    private static final Problem REFUSES = new Problem(Problem.SINK_REFUSES, "the sink answers 403");
    private static final Problem DENIED = new Problem(Problem.ACCESS_DENIED, "pods in \"ns\"");

    private final SimulatedTime time = new SimulatedTime();
    private List<Problem> problems = List.of();
    private final ProblemReport report = new ProblemReport(() -> problems, time);

    @Test
    void isEmptyWithoutAProblem() {
        assertThat(report.text()).isEmpty();
    }

    @Test
    void listsEachProblemAndSinceWhen() {
        problems = List.of(REFUSES);
        String begin = seconds();
        report.text();
        time.advance(Duration.ofSeconds(20));
        problems = List.of(DENIED, REFUSES);

        assertThat(report.text())
                .isEqualTo("[{\"type\":\"AccessDenied\",\"message\":\"pods in \\\"ns\\\"\",\"since\":\"" + seconds()
                        + "\"}," + "{\"type\":\"SinkRefuses\",\"message\":\"the sink answers 403\",\"since\":\"" + begin
                        + "\"}]");
    }

    @Test
    void aProblemThatComesBackBeginsAgain() {
        problems = List.of(REFUSES);
        report.text();
        problems = List.of();
        time.advance(Duration.ofSeconds(20));
        report.text();
        time.advance(Duration.ofSeconds(20));
        problems = List.of(REFUSES);

        assertThat(report.text()).contains(seconds());
    }

    @Test
    void changesAtMostEveryTenSeconds() {
        problems = List.of(REFUSES);
        String first = report.text();
        problems = List.of();
        time.advance(Duration.ofMillis(9_999));
        assertThat(report.text()).isEqualTo(first);
        time.advance(Duration.ofMillis(1));
        assertThat(report.text()).isEmpty();
    }

    @Test
    void listsTenProblemsAndCountsTheRest() {
        problems = IntStream.range(0, 25)
                .mapToObj(i -> new Problem(Problem.ACCESS_DENIED, "m" + i))
                .toList();

        assertThat(report.text())
                .contains("\"m9\"")
                .doesNotContain("\"m10\"")
                .endsWith("{\"type\":\"More\",\"message\":\"15 more problems\",\"since\":\"" + seconds() + "\"}]");
    }

    @Test
    void truncatesLongMessages() {
        problems = List.of(new Problem(Problem.ACCESS_DENIED, "x".repeat(10_000)));
        assertThat(report.text()).hasSizeLessThan(400);
    }

    private String seconds() {
        Instant now = time.now();
        return now.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
