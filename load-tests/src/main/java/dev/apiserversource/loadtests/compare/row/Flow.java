package dev.apiserversource.loadtests.compare.row;

import dev.apiserversource.loadtests.compare.feed.BareFeed;
import dev.apiserversource.loadtests.compare.feed.TlsFeed;
import dev.apiserversource.loadtests.compare.process.Adapter;
import dev.apiserversource.loadtests.compare.process.AdapterEnvironment;
import dev.apiserversource.loadtests.compare.process.Certificate;
import dev.apiserversource.loadtests.compare.process.ProcFiles;
import dev.apiserversource.loadtests.compare.process.Server;
import dev.apiserversource.loadtests.compare.sink.BareSink;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** A feed at full speed into a sink: how many events pass, and what one costs. */
public final class Flow implements AutoCloseable {

    private static final long EARLY = 20_000;
    private static final double SECOND = 1e9;
    private static final double MICROSECOND = 1e3;
    private static final double MEBIBYTE = 1 << 20;
    private static final Duration WARM_UP = Duration.ofSeconds(5);
    private static final Duration START = Duration.ofMinutes(5);

    private final Bench bench;
    private final Load load;
    private final Limits limits;
    private final Server feed;
    private final Server sink;

    /**
     * What flows.
     *
     * @param overTls over TLS and HTTP/2; otherwise over plain HTTP/1.1, with a connection for each watch
     * @param objects that change in rotation, in each namespace
     * @param bytes of one object
     * @param streams namespaces, each with a watch
     * @param events number of changes in all
     */
    public record Load(boolean overTls, long objects, long bytes, int streams, long events) {

        private long eventsOfAStream() {
            return Math.max(1, events / streams);
        }

        private long allEvents() {
            return eventsOfAStream() * streams;
        }
    }

    /**
     * What bounds the flow.
     *
     * @param delayMillis until the sink answers
     * @param inFlight value of {@code ADAPTER_MAX_IN_FLIGHT}; 0: the adapter's own
     * @param time ends the measurement before all events have arrived
     */
    public record Limits(double delayMillis, int inFlight, Duration time) {}

    /**
     * What was measured.
     *
     * @param rate events per second, from the first to the last
     * @param cpuMicros CPU of the adapter per event meanwhile
     * @param earlyRate the same of the first 20,000 events
     * @param earlyCpuMicros the same of the first 20,000 events
     * @param feedMicros CPU of the feed per event
     * @param sinkMicros CPU of the sink per event
     * @param startSeconds from the start of the process to its first event
     * @param startCpuSeconds CPU of the adapter until then
     * @param peakMebibytes peak of its resident memory
     */
    public record Outcome(
            double rate,
            double cpuMicros,
            double earlyRate,
            double earlyCpuMicros,
            double feedMicros,
            double sinkMicros,
            double startSeconds,
            double startCpuSeconds,
            double peakMebibytes) {}

    /** Starts feed and sink. */
    public Flow(Bench bench, Load load, Limits limits) {
        this.bench = bench;
        this.load = load;
        this.limits = limits;
        List<String> arguments = new ArrayList<>(List.of(
                "--objects", Long.toString(load.objects),
                "--bytes", Long.toString(load.bytes),
                "--events", Long.toString(load.eventsOfAStream())));
        if (load.overTls) {
            arguments.addAll(List.of(
                    "--key-store", bench.certificate().keyStore().toString(), "--password", Certificate.PASSWORD));
        }
        this.feed = Server.start(load.overTls ? TlsFeed.class : BareFeed.class, arguments);
        this.sink = Server.start(BareSink.class, List.of("--delay-ms", Double.toString(limits.delayMillis)));
    }

    /**
     * Lets feed and sink work until their code is compiled, so that the first adapter does not pay for it. A feed over
     * TLS is read by an adapter that is not measured.
     */
    public void warmUp(Variant any) {
        WarmUp.sink(sink.port());
        if (load.overTls) {
            reset("1");
            try (Adapter adapter = bench.start(any, environment(), "")) {
                sink.await("mark", START, adapter);
                Bench.pause(WARM_UP);
            }
        } else {
            WarmUp.feed(feed.port(), load.eventsOfAStream() * load.bytes);
        }
    }

    private void reset(String marks) {
        sink.forget();
        sink.send("reset " + marks);
        sink.await("reset", START);
    }

    /**
     * Starts the adapter, lets the events flow, and stops it.
     *
     * @throws IllegalStateException if no event arrives
     */
    public Outcome run(Variant variant) {
        String early = load.allEvents() > EARLY ? EARLY + " " : "";
        reset("1 " + early + load.allEvents());
        try (Adapter adapter = bench.start(variant, environment(), "")) {
            Moment first = moment(adapter, sink.await("mark", START, adapter));
            Moment twentyThousand = early.isEmpty() ? first : next(adapter, first);
            Moment last = next(adapter, first);
            return outcome(adapter, first, twentyThousand, last);
        }
    }

    private AdapterEnvironment environment() {
        List<String> namespaces = IntStream.range(0, load.streams)
                .mapToObj(number -> String.format(Locale.ROOT, "load-%04d", number))
                .toList();
        AdapterEnvironment environment =
                bench.environment().sink(sink.port()).source(namespaces, List.of("configmaps"));
        if (limits.inFlight > 0) {
            environment.with("ADAPTER_MAX_IN_FLIGHT", Integer.toString(limits.inFlight));
        }
        return load.overTls
                ? environment.apiServer(feed.port(), bench.certificate().pem())
                : environment.plainApiServer(feed.port());
    }

    /** State of the processes when a number of events has arrived. */
    private record Moment(long nanos, long count, Duration adapter, Duration feed, Duration sink) {

        double rateSince(Moment before) {
            return (count - before.count) * SECOND / (nanos - before.nanos);
        }

        double microsSince(Moment before, Duration cpu, Duration cpuBefore) {
            return cpu.minus(cpuBefore).toNanos() / MICROSECOND / (count - before.count);
        }
    }

    private Moment moment(Adapter adapter, Server.Line mark) {
        return moment(adapter, mark.number(1), mark.number(2));
    }

    private Moment moment(Adapter adapter, long count, long nanos) {
        return new Moment(nanos, count, adapter.cpu(), feed.cpu(), sink.cpu());
    }

    /** When the next mark is reached, or what has arrived when the time is over. */
    private Moment next(Adapter adapter, Moment first) {
        Duration left = limits.time.minusNanos(System.nanoTime() - first.nanos);
        Server.Line mark = sink.poll("mark", left);
        if (!mark.words().isEmpty()) {
            return moment(adapter, mark);
        }
        sink.send("count");
        Server.Line count = sink.await("count", START);
        return moment(adapter, count.number(1), count.number(3));
    }

    private static Outcome outcome(Adapter adapter, Moment first, Moment early, Moment last) {
        if (last.count == first.count) {
            throw new IllegalStateException("a single event has arrived");
        }
        boolean tooFew = early.count == first.count;
        return new Outcome(
                last.rateSince(first),
                last.microsSince(first, last.adapter, first.adapter),
                tooFew ? Double.NaN : early.rateSince(first),
                tooFew ? Double.NaN : early.microsSince(first, early.adapter, first.adapter),
                last.microsSince(first, last.feed, first.feed),
                last.microsSince(first, last.sink, first.sink),
                (first.nanos - adapter.startedAt()) / SECOND,
                first.adapter.toNanos() / SECOND,
                ProcFiles.peakResident(adapter.pid()) / MEBIBYTE);
    }

    @Override
    public void close() {
        feed.close();
        sink.close();
    }
}
