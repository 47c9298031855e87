package dev.apiserversource.loadtests.compare.row;

import dev.apiserversource.loadtests.compare.process.Adapter;
import dev.apiserversource.loadtests.compare.report.Figure;

import java.util.List;
import java.util.Map;

/** From the start of the process to its first delivered event. An object changes every 5 ms. */
final class StartRow extends PodRow {

    StartRow(Bench bench) {
        super(bench, List.of("--interval-ms", "5"), List.of());
    }

    @Override
    public Map<Figure, Double> run(Variant variant) {
        reset();
        try (Adapter adapter = start(variant)) {
            double time = (awaitFirstEvent(adapter) - adapter.startedAt()) / SECOND;
            return Map.of(Figure.START, time, Figure.START_CPU, seconds(adapter.cpu()));
        }
    }
}
