package dev.apiserversource.loadtests.compare.row;

import dev.apiserversource.loadtests.compare.feed.TlsFeed;
import dev.apiserversource.loadtests.compare.process.Adapter;
import dev.apiserversource.loadtests.compare.process.AdapterEnvironment;
import dev.apiserversource.loadtests.compare.process.Certificate;
import dev.apiserversource.loadtests.compare.process.Server;
import dev.apiserversource.loadtests.compare.sink.BareSink;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A row in which the adapter works as in a pod: over TLS and HTTP/2. */
abstract class PodRow implements Row {

    static final double SECOND = 1e9;
    static final double MEBIBYTE = 1 << 20;

    /** For everything that a healthy adapter does, also under a small quota. */
    private static final Duration LIMIT = Duration.ofMinutes(5);

    private static final Duration WARM_UP = Duration.ofSeconds(5);

    private final Bench bench;
    private final Server feed;
    private final Server sink;

    /** Starts feed and sink with these arguments. */
    PodRow(Bench bench, List<String> feedArguments, List<String> sinkArguments) {
        this.bench = bench;
        List<String> arguments = new ArrayList<>(feedArguments);
        arguments.addAll(
                List.of("--key-store", bench.certificate().keyStore().toString(), "--password", Certificate.PASSWORD));
        this.feed = Server.start(TlsFeed.class, arguments);
        this.sink = Server.start(BareSink.class, sinkArguments);
    }

    /** One adapter that is not measured. */
    @Override
    public void warmUp(Variant any) {
        reset();
        try (Adapter adapter = start(any)) {
            awaitFirstEvent(adapter);
            Bench.pause(WARM_UP);
        }
    }

    Bench bench() {
        return bench;
    }

    Server feed() {
        return feed;
    }

    Server sink() {
        return sink;
    }

    AdapterEnvironment environment() {
        return bench.environment()
                .apiServer(feed.port(), bench.certificate().pem())
                .sink(sink.port())
                .source(List.of("load-0000"), List.of("configmaps"));
    }

    Adapter start(Variant variant) {
        return bench.start(variant, environment(), "");
    }

    /** Forgets the events and watches of the run before. */
    void reset() {
        sink.forget();
        feed.forget();
        sink.send("reset 1");
        sink.await("reset", LIMIT);
    }

    /** When the first event arrived, in nanoseconds. */
    long awaitFirstEvent(Adapter adapter) {
        return sink.await("mark", LIMIT, adapter).number(2);
    }

    /** When the watches that the feed reports were open, in nanoseconds. */
    long awaitWatches(Adapter adapter) {
        return feed.await("watches", LIMIT, adapter).number(2);
    }

    static double seconds(Duration duration) {
        return duration.toNanos() / SECOND;
    }

    @Override
    public void close() {
        feed.close();
        sink.close();
    }
}
