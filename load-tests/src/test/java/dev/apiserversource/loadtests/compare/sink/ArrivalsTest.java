package dev.apiserversource.loadtests.compare.sink;

import org.junit.jupiter.api.Test;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

import static org.assertj.core.api.Assertions.assertThat;

class ArrivalsTest {

    private static final long SECOND = 1_000_000_000L;

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final Arrivals arrivals = new Arrivals(new PrintStream(printed, true, StandardCharsets.US_ASCII));

    @Test
    void marksArePrintedWhenTheyAreReached() {
        arrivals.reset(1, 3, 4);
        arrivals.add(1, 100);
        arrivals.add(1, 200);
        arrivals.add(2, 300);
        assertThat(lines()).containsExactly("reset", "mark 1 100", "mark 3 300", "mark 4 300");
    }

    @Test
    void resetForgets() {
        arrivals.reset(1);
        arrivals.add(5, 100);
        arrivals.reset();
        arrivals.add(2, 200);
        arrivals.add(1, 300);
        arrivals.printCount();
        assertThat(lines()).endsWith("count 3 200 300");
    }

    @Test
    void latenciesOfAPeriodAreSorted() {
        arrivals.add(1, 10 * SECOND);
        arrivals.measured(10 * SECOND - 7, 10 * SECOND);
        arrivals.measured(10 * SECOND - 2, 10 * SECOND + 3);
        arrivals.measured(0, 10 * SECOND + 3);
        arrivals.measured(11 * SECOND - 9, 11 * SECOND);
        arrivals.printLatencies(0, 1);
        arrivals.printLatencies(1, 2);
        assertThat(lines()).containsExactly("latency 5 7", "latency 9");
    }

    private String[] lines() {
        return printed.toString(StandardCharsets.US_ASCII).split(System.lineSeparator());
    }
}
