package dev.apiserversource.loadtests.compare.row;

import dev.apiserversource.loadtests.compare.feed.BareFeed;
import dev.apiserversource.loadtests.compare.process.Adapter;
import dev.apiserversource.loadtests.compare.process.AdapterEnvironment;
import dev.apiserversource.loadtests.compare.process.Server;
import dev.apiserversource.loadtests.compare.report.Figure;
import dev.apiserversource.loadtests.compare.sink.BareSink;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/** From the start of the process to its first delivered event. Objects change every 5 ms. */
final class StartRow implements Row {

    private static final Duration LIMIT = Duration.ofSeconds(120);

    private final Bench bench;
    private final Server feed;
    private final Server sink;

    StartRow(Bench bench) {
        this.bench = bench;
        this.feed = Server.start(BareFeed.class, List.of("--interval-ms", "5"));
        this.sink = Server.start(BareSink.class, List.of());
    }

    @Override
    public Map<Figure, Double> run(Variant variant) {
        sink.forget();
        sink.send("reset 1");
        sink.await("reset", LIMIT);
        AdapterEnvironment environment = bench.environment()
                .plainApiServer(feed.port())
                .sink(sink.port())
                .source(List.of("load"), List.of("configmaps"));
        try (Adapter adapter = bench.start(variant, environment)) {
            long arrival = sink.await("mark", LIMIT).number(2);
            Duration cpu = adapter.cpu();
            return Map.of(
                    Figure.START, (arrival - adapter.startedAt()) / 1e9,
                    Figure.START_CPU, cpu.toMillis() / 1e3);
        }
    }

    @Override
    public void close() {
        feed.close();
        sink.close();
    }
}
