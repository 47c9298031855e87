package dev.apiserversource.loadtests.compare.row;

import dev.apiserversource.loadtests.compare.process.Adapter;
import dev.apiserversource.loadtests.compare.process.ProcFiles;
import dev.apiserversource.loadtests.compare.report.Figure;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * The start with many objects, which change every 5 ms once they are listed. The first event says that the list was
 * read and that the watch is open.
 */
final class ObjectsRow extends PodRow {

    /** For what an adapter does after its watch is open. */
    private static final Duration AFTERWARDS = Duration.ofSeconds(10);

    ObjectsRow(Bench bench) {
        super(
                bench,
                List.of(
                        "--interval-ms", "5",
                        "--objects", Long.toString(bench.number("many-objects", 100_000)),
                        "--bytes", "2400"),
                List.of());
    }

    @Override
    public Map<Figure, Double> run(Variant variant) {
        reset();
        try (Adapter adapter = start(variant)) {
            double time = (awaitFirstEvent(adapter) - adapter.startedAt()) / SECOND;
            double cpu = seconds(adapter.cpu());
            Bench.pause(AFTERWARDS);
            return Map.of(
                    Figure.OBJECTS_OPEN, time,
                    Figure.OBJECTS_CPU, cpu,
                    Figure.OBJECTS_PEAK, ProcFiles.peakResident(adapter.pid()) / MEBIBYTE);
        }
    }
}
