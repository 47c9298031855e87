package dev.apiserversource.loadtests.compare.row;

import dev.apiserversource.loadtests.compare.report.Figure;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;

/** One stream at full speed, into a sink that answers at once or after 5 ms. */
final class CapacityRow implements Row {

    private final boolean slowSink;
    private final Flow flow;

    CapacityRow(Bench bench, boolean slowSink) {
        this.slowSink = slowSink;
        Flow.Load load = new Flow.Load(
                false,
                bench.number("objects", 1_000),
                bench.number("bytes", 2_500),
                1,
                bench.number("events", slowSink ? 300_000 : 1_000_000));
        Duration time = Duration.ofSeconds(bench.number("limit", 90));
        this.flow = new Flow(bench, load, new Flow.Limits(slowSink ? 5 : 0, 0, time));
    }

    @Override
    public void warmUp(Variant any) {
        flow.warmUp(any);
    }

    @Override
    public Map<Figure, Double> run(Variant variant) {
        Flow.Outcome outcome = flow.run(variant);
        Map<Figure, Double> figures = new EnumMap<>(Figure.class);
        if (slowSink) {
            figures.put(Figure.SINK_5MS, outcome.rate());
            figures.put(Figure.SINK_5MS_CPU, outcome.cpuMicros());
            return figures;
        }
        figures.put(Figure.CAPACITY, outcome.rate());
        figures.put(Figure.CAPACITY_CPU, outcome.cpuMicros());
        figures.put(Figure.CAPACITY_FIRST, outcome.earlyRate());
        figures.put(Figure.CAPACITY_FIRST_CPU, outcome.earlyCpuMicros());
        figures.put(Figure.CAPACITY_FEED_CPU, outcome.feedMicros());
        figures.put(Figure.CAPACITY_SINK_CPU, outcome.sinkMicros());
        figures.values().removeIf(value -> value.isNaN());
        return figures;
    }

    @Override
    public void close() {
        flow.close();
    }
}
