package dev.apiserversource.loadtests.faults;

import dev.apiserversource.loadtests.RealApiServer;
import dev.apiserversource.loadtests.cluster.ControlPlane;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * One row for each fault, under load of creates, updates and deletes: with {@code -Dfaults.full=true} as long as the table demands, else as
 * short as it may be to be felt; with {@code -Dfaults.rows=A,B} only these.
 */
@RealApiServer
class FaultTableRealIT {

    private static final List<String> LINES = new ArrayList<>();

    static Stream<Row> rows() {
        String wanted = System.getProperty("faults.rows", "");
        return wanted.isEmpty()
                ? Stream.of(Row.values())
                : Stream.of(wanted.split(",", -1)).map(Row::valueOf);
    }

    @ParameterizedTest
    @MethodSource("rows")
    void losesNothing(Row row, ControlPlane plane) {
        Outcome outcome = outcome(row, plane);
        List<String> complaints = outcome.complaints(row.expectation());
        print(outcome.line() + (complaints.isEmpty() && !outcome.repeatsTooMuch() ? "" : "  FAILED"));
        assertThat(complaints).isEmpty();
        assertThat(outcome.repeatsTooMuch()).as(outcome.line()).isFalse();
    }

    private static Outcome outcome(Row row, ControlPlane plane) {
        try {
            return Run.of(row, plane);
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
    static void printTable() throws IOException {
        LINES.add(0, Outcome.head());
        System.out.println(Outcome.head());
        Path table = Path.of(System.getProperty("fixture.dir", "target"), "fault-table.txt");
        Files.write(table, LINES);
        LINES.clear();
    }
}
