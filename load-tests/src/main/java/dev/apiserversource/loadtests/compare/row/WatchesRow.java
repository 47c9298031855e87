package dev.apiserversource.loadtests.compare.row;

import dev.apiserversource.loadtests.compare.process.Adapter;
import dev.apiserversource.loadtests.compare.process.AdapterEnvironment;
import dev.apiserversource.loadtests.compare.process.ProcFiles;
import dev.apiserversource.loadtests.compare.report.Figure;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Many watches of collections that are empty: until the API server has accepted all, and the memory then. */
final class WatchesRow extends PodRow {

    private static final int NAMESPACES = 200;
    private static final List<String> KINDS = List.of("configmaps", "endpoints", "pods", "services", "serviceaccounts");
    private static final Duration SETTLED = Duration.ofSeconds(5);

    WatchesRow(Bench bench) {
        super(bench, List.of("--report-watches", Integer.toString(NAMESPACES * KINDS.size())), List.of());
    }

    @Override
    AdapterEnvironment environment() {
        List<String> namespaces = IntStream.range(0, NAMESPACES)
                .mapToObj(number -> "empty-" + number)
                .toList();
        return super.environment().source(namespaces, KINDS);
    }

    @Override
    public void warmUp(Variant any) {
        run(any);
    }

    @Override
    public Map<Figure, Double> run(Variant variant) {
        reset();
        try (Adapter adapter = start(variant)) {
            double time = (awaitWatches(adapter) - adapter.startedAt()) / SECOND;
            Bench.pause(SETTLED);
            double resident = ProcFiles.resident(adapter.pid()) / MEBIBYTE;
            return Map.of(Figure.WATCHES_OPEN, time, Figure.WATCHES_RSS, resident);
        }
    }
}
