package dev.apiserversource.loadtests.compare.row;

import dev.apiserversource.loadtests.compare.process.Adapter;
import dev.apiserversource.loadtests.compare.process.Server;
import dev.apiserversource.loadtests.compare.report.Figure;
import dev.apiserversource.loadtests.compare.report.Spread;

import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** From the write of a change to the arrival of its event at 800 changes a second, at first and later. */
final class LatencyRow extends PodRow {

    private static final double MILLISECOND = 1e6;
    private static final Duration ANSWER = Duration.ofSeconds(10);

    private final long seconds;

    LatencyRow(Bench bench) {
        super(bench, List.of("--interval-ms", "1.25"), List.of("--latency", "true"));
        this.seconds = bench.number("latency-seconds", 60);
    }

    @Override
    public Map<Figure, Double> run(Variant variant) {
        reset();
        try (Adapter adapter = start(variant)) {
            awaitFirstEvent(adapter);
            Bench.pause(Duration.ofSeconds(2 * seconds));
            long[] cold = latencies(0, seconds);
            long[] warm = latencies(seconds, 2 * seconds);
            Map<Figure, Double> figures = new EnumMap<>(Figure.class);
            figures.put(Figure.LATENCY_COLD_P50, Spread.percentile(cold, 0.5) / MILLISECOND);
            figures.put(Figure.LATENCY_COLD_P99, Spread.percentile(cold, 0.99) / MILLISECOND);
            figures.put(Figure.LATENCY_WARM_P50, Spread.percentile(warm, 0.5) / MILLISECOND);
            figures.put(Figure.LATENCY_WARM_P99, Spread.percentile(warm, 0.99) / MILLISECOND);
            return figures;
        }
    }

    /** Nanoseconds in ascending order, of events that arrived in this period after the first. */
    private long[] latencies(long fromSeconds, long toSeconds) {
        sink().send("latency " + fromSeconds + " " + toSeconds);
        Server.Line line = sink().await("latency", ANSWER);
        if (line.words().size() == 1) {
            throw new IllegalStateException("no event within " + toSeconds + " s");
        }
        return line.words().stream().skip(1).mapToLong(Long::parseLong).toArray();
    }
}
