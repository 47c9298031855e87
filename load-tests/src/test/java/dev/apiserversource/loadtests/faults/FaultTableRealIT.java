package dev.apiserversource.loadtests.faults;

import dev.apiserversource.loadtests.cluster.ControlPlane;
import dev.apiserversource.loadtests.cluster.ControlPlaneExtension;
import dev.apiserversource.loadtests.cluster.ControlPlaneTest;
import dev.apiserversource.loadtests.cluster.ControlPlanes;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * One row for each scenario, under a load of creates, updates and deletes. With {@code -Dfaults.full=true} the
 * faults last as long as the guarantees name. {@code -Dfaults.rows=A,B/EVENTS} runs only these rows.
 */
@ControlPlaneTest
class FaultTableRealIT {

    private static final List<String> LINES = new ArrayList<>();

    static Stream<FaultTableRow> rows() {
        String only = System.getProperty("faults.rows", "");
        return only.isEmpty()
                ? FaultTableRow.all().stream()
                : Stream.of(only.split(",", -1)).map(FaultTableRow::parse);
    }

    @ParameterizedTest
    @MethodSource("rows")
    void nothingIsLost(FaultTableRow row, ControlPlanes planes) {
        FaultOutcome outcome = run(row, planes.with(row.options()));
        boolean held = outcome.failures().isEmpty() && !outcome.repeatsTooMuch();
        print(outcome.line() + (held ? "" : "  FAILED"));
        assertThat(outcome.failures()).isEmpty();
        assertThat(outcome.repeatsTooMuch()).as(outcome.line()).isFalse();
    }

    private static FaultOutcome run(FaultTableRow row, ControlPlane plane) {
        try {
            return ScenarioRun.of(row, plane);
        } catch (AssertionError | RuntimeException e) {
            print(row + "  FAILED: " + e.getMessage());
            throw e;
        }
    }

    private static void print(String line) {
        LINES.add(line);
        System.out.println(line);
    }

    @AfterAll
    static void writeTable() throws IOException {
        LINES.add(0, FaultOutcome.header());
        System.out.println(FaultOutcome.header());
        Files.write(ControlPlaneExtension.folder().resolve("fault-table.txt"), LINES);
        LINES.clear();
    }
}
