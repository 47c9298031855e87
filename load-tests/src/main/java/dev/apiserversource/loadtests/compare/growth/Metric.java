package dev.apiserversource.loadtests.compare.growth;

import dev.apiserversource.loadtests.compare.row.Flow;

import java.util.Locale;

/** One number of each measurement. The first four are plotted. */
enum Metric {
    RATE("events per second"),
    CPU("CPU per event, µs"),
    PEAK("peak resident memory, MB"),
    START("process start to first event, s"),
    START_CPU("CPU until the first event, s"),
    FEED_CPU("CPU of the feed per event, µs"),
    SINK_CPU("CPU of the sink per event, µs");

    static final int PLOTTED = 4;

    private final String label;

    Metric(String label) {
        this.label = label;
    }

    String label() {
        return label;
    }

    double of(Flow.Outcome outcome) {
        return switch (this) {
            case RATE -> outcome.rate();
            case CPU -> outcome.cpuMicros();
            case PEAK -> outcome.peakMebibytes();
            case START -> outcome.startSeconds();
            case START_CPU -> outcome.startCpuSeconds();
            case FEED_CPU -> outcome.feedMicros();
            case SINK_CPU -> outcome.sinkMicros();
        };
    }

    String shortName() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
