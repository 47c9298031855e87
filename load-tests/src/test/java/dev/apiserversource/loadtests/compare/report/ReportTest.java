package dev.apiserversource.loadtests.compare.report;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

class ReportTest {

    @TempDir
    private Path folder;

    @Test
    void ratioOfMediansWithSpread() {
        Runs runs = runs();
        runs.add(List.of(
                run("peer", Figure.CAPACITY, 3_000, "a"),
                run("peer", Figure.CAPACITY, 3_300, "a"),
                run("peer", Figure.CAPACITY, 4_000, "a"),
                run("ours", Figure.CAPACITY, 33_000, "a"),
                run("peer", Figure.START, 0.2, "a"),
                run("ours", Figure.START, 0.05, "a")));

        assertThat(text(runs))
                .contains("| capacity, sink 0 ms | 3,300/s (3,000–4,000) | 33,000/s (33,000–33,000) | 10.0 | ≥ 40,000")
                .contains("| 0.20 s (0.20–0.20) | 0.05 s (0.05–0.05) | 0.25 | ≤ 0.5 |")
                .contains("Up to 3 runs", "`--rounds 5`")
                .doesNotContain("idle");
    }

    @Test
    void figureOfOneAdapterHasNoRatio() {
        Runs runs = runs();
        runs.add(List.of(run("ours", Figure.IDLE_RSS, 79.6, "a")));

        assertThat(text(runs)).contains("| resident after 20 s idle | – | 80 MB (80–80) |  | ≤ 80 |");
    }

    @Test
    void runsAreKeptUntilTheyAreMeasuredAgain() {
        Runs first = runs();
        first.add(List.of(run("ours", Figure.START, 1, "a"), run("peer", Figure.START, 2, "a")));

        Runs second = runs();
        second.forget(run -> run.variant().equals("ours"));
        second.add(List.of(run("ours", Figure.START, 3, "b")));

        assertThat(runs().spread("ours", Figure.START)).contains(new Spread(3, 3, 3));
        assertThat(runs().spread("peer", Figure.START)).contains(new Spread(2, 2, 2));
        assertThat(text(runs())).contains("commit a: row; commit b: row");
    }

    @Test
    void commandsAreShownWithoutFolders() {
        assertThat(Machine.withoutFolders(
                        "/opt/jdk-25/bin/java -XX:AOTCache=/tmp/a/b.aot -cp @/tmp/a/path ../x/y.jar http://h/a"))
                .isEqualTo("java -XX:AOTCache=b.aot -cp @path ../x/y.jar http://h/a");
    }

    private Runs runs() {
        return Runs.load(folder.resolve("runs.csv"));
    }

    private static Run run(String variant, Figure figure, double value, String commit) {
        return new Run("row", variant, figure, value, commit);
    }

    private static String text(Runs runs) {
        Report.Subject nobody = new Report.Subject("an adapter", "");
        return new Report(runs, nobody, nobody, "--rounds 5").text();
    }
}
