package dev.apiserversource.loadtests.compare.row;

import dev.apiserversource.loadtests.compare.process.Adapter;
import dev.apiserversource.loadtests.compare.process.ProcFiles;
import dev.apiserversource.loadtests.compare.report.Figure;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Memory of an adapter that has delivered twenty events and has nothing to do since. */
final class IdleRow extends PodRow {

    private final Duration idle;

    IdleRow(Bench bench) {
        super(bench, List.of("--interval-ms", "5", "--events", "20"), List.of());
        this.idle = Duration.ofSeconds(bench.number("idle-seconds", 20));
    }

    @Override
    public Map<Figure, Double> run(Variant variant) {
        reset();
        try (Adapter adapter = start(variant)) {
            awaitFirstEvent(adapter);
            Bench.pause(idle);
            return Map.of(
                    Figure.IDLE_RSS, ProcFiles.resident(adapter.pid()) / MEBIBYTE,
                    Figure.IDLE_PSS, ProcFiles.proportional(adapter.pid()) / MEBIBYTE);
        }
    }
}
