package dev.apiserversource.loadtests.compare.row;

import dev.apiserversource.loadtests.compare.feed.BareFeed;
import dev.apiserversource.loadtests.compare.process.Adapter;
import dev.apiserversource.loadtests.compare.process.AdapterEnvironment;
import dev.apiserversource.loadtests.compare.process.Server;
import dev.apiserversource.loadtests.compare.report.Figure;
import dev.apiserversource.loadtests.compare.sink.BareSink;

import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** A feed at full speed into a sink: how many events pass, and what one costs. */
final class CapacityRow implements Row {

    private static final long FIRST = 20_000;
    private static final Duration START = Duration.ofSeconds(60);

    private final Bench bench;
    private final boolean slowSink;
    private final long events;
    private final long bytes;
    private final Server feed;
    private final Server sink;

    CapacityRow(Bench bench, boolean slowSink) {
        this.bench = bench;
        this.slowSink = slowSink;
        this.events = bench.number("events", slowSink ? 300_000 : 1_000_000);
        this.bytes = bench.number("bytes", 2_500);
        this.feed = Server.start(
                BareFeed.class,
                List.of(
                        "--objects", Long.toString(bench.number("objects", 1_000)),
                        "--bytes", Long.toString(bytes),
                        "--events", Long.toString(events)));
        this.sink = Server.start(BareSink.class, List.of("--delay-ms", slowSink ? "5" : "0"));
    }

    @Override
    public void warmUp(Variant any) {
        WarmUp.of(feed.port(), events * bytes, sink.port());
    }

    @Override
    public Map<Figure, Double> run(Variant variant) {
        sink.forget();
        sink.send("reset 1 " + FIRST + " " + events);
        sink.await("reset", START);
        AdapterEnvironment environment = bench.environment()
                .plainApiServer(feed.port())
                .sink(sink.port())
                .source(List.of("load-0000"), List.of("configmaps"));
        try (Adapter adapter = bench.start(variant, environment, "")) {
            Moment first = moment(adapter, sink.await("mark", START, adapter).number(2), 1);
            Duration limit = Duration.ofSeconds(bench.number("limit", 90));
            Server.Line line = sink.poll("mark", limit);
            Moment twentyThousand = line.words().isEmpty() ? now(adapter) : moment(adapter, line.number(2), FIRST);
            Duration left = limit.minusNanos(System.nanoTime() - first.nanos);
            line = sink.poll("mark", left);
            Moment last = line.words().isEmpty() ? now(adapter) : moment(adapter, line.number(2), events);
            return figures(first, twentyThousand, last);
        }
    }

    /** State of the processes when a number of events has arrived. */
    private record Moment(long nanos, long count, Duration adapter, Duration feed, Duration sink) {

        double rateSince(Moment before) {
            return (count - before.count) * 1e9 / (nanos - before.nanos);
        }

        double microsSince(Moment before, Duration cpu, Duration cpuBefore) {
            return cpu.minus(cpuBefore).toNanos() / 1e3 / (count - before.count);
        }
    }

    private Moment moment(Adapter adapter, long nanos, long count) {
        return new Moment(nanos, count, adapter.cpu(), feed.cpu(), sink.cpu());
    }

    /** What has arrived when the time is over. */
    private Moment now(Adapter adapter) {
        sink.send("count");
        Server.Line count = sink.await("count", START);
        return moment(adapter, count.number(3), count.number(1));
    }

    private Map<Figure, Double> figures(Moment first, Moment early, Moment last) {
        Map<Figure, Double> figures = new EnumMap<>(Figure.class);
        double cpu = last.microsSince(first, last.adapter, first.adapter);
        if (slowSink) {
            figures.put(Figure.SINK_5MS, last.rateSince(first));
            figures.put(Figure.SINK_5MS_CPU, cpu);
            return figures;
        }
        figures.put(Figure.CAPACITY, last.rateSince(first));
        figures.put(Figure.CAPACITY_CPU, cpu);
        figures.put(Figure.CAPACITY_FIRST, early.rateSince(first));
        figures.put(Figure.CAPACITY_FIRST_CPU, early.microsSince(first, early.adapter, first.adapter));
        figures.put(Figure.CAPACITY_FEED_CPU, last.microsSince(first, last.feed, first.feed));
        figures.put(Figure.CAPACITY_SINK_CPU, last.microsSince(first, last.sink, first.sink));
        return figures;
    }

    @Override
    public void close() {
        feed.close();
        sink.close();
    }
}
