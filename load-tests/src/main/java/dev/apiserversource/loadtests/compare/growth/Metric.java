package dev.apiserversource.loadtests.compare.growth;

import dev.apiserversource.loadtests.compare.row.Flow;

import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/** One number of each measurement of a flow of events. */
@SuppressWarnings("ImmutableEnumChecker") // The functions have no state.
enum Metric {
    RATE("events per second", Flow.Outcome::rate),
    CPU("CPU per event, µs", Flow.Outcome::cpuMicros),
    PEAK("peak resident memory, MB", Flow.Outcome::peakMebibytes),
    START("process start to first event, s", Flow.Outcome::startSeconds),
    START_CPU("CPU until the first event, s", Flow.Outcome::startCpuSeconds),
    FEED_CPU("CPU of the feed per event, µs", Flow.Outcome::feedMicros),
    SINK_CPU("CPU of the sink per event, µs", Flow.Outcome::sinkMicros);

    private final String label;
    private final ToDoubleFunction<Flow.Outcome> number;

    Metric(String label, ToDoubleFunction<Flow.Outcome> number) {
        this.label = label;
        this.number = number;
    }

    /** Those that are plotted; the others are in the file only. */
    static List<Chart.Vertical> plotted() {
        return Stream.of(RATE, CPU, PEAK, START)
                .map(metric -> new Chart.Vertical(metric.shortName(), metric.label))
                .toList();
    }

    double of(Flow.Outcome outcome) {
        return number.applyAsDouble(outcome);
    }

    String shortName() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
