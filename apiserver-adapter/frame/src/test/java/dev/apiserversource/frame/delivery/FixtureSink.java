package dev.apiserversource.frame.delivery;

import io.cloudevents.CloudEvent;
import io.cloudevents.http.vertx.VertxMessageFactory;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Predicate;

/** An HTTP sink that answers 202, records its requests, and fails on demand. Thread-safe. */
public final class FixtureSink {

    /**
     * A request.
     *
     * @param event its CloudEvent, attribute values decoded
     * @param headers as sent, not decoded
     * @param accepted whether it was answered 202
     */
    public record Received(CloudEvent event, MultiMap headers, Buffer body, HttpVersion version, boolean accepted) {}

    private record Awaiting(int count, Promise<List<Received>> enough) {}

    private final Vertx vertx;
    private final HttpServerOptions options;
    private final List<Received> received = new ArrayList<>();
    private final List<Awaiting> awaiting = new ArrayList<>();
    private final List<SinkFault> next = new ArrayList<>();
    private HttpServer server;
    private int port;
    private SinkFault fault;
    private Predicate<CloudEvent> victims = event -> true;
    private Duration delay = Duration.ZERO;
    private int connections;
    private int inFlight;
    private int mostInFlight;
    private Promise<Void> nextClosed = Promise.promise();

    private FixtureSink(Vertx vertx, HttpServerOptions options) {
        this.vertx = vertx;
        this.options = options;
    }

    /** Starts a sink over plain HTTP on a free port of the loopback interface. */
    public static Future<FixtureSink> start(Vertx vertx) {
        return start(vertx, new HttpServerOptions());
    }

    /** Starts a sink with options, such as those of TLS. */
    public static Future<FixtureSink> start(Vertx vertx, HttpServerOptions options) {
        FixtureSink sink = new FixtureSink(vertx, options);
        return sink.listen().map(sink);
    }

    private Future<Void> listen() {
        server = vertx.createHttpServer(options).connectionHandler(connection -> {
            opened();
            connection.closeHandler(closed -> closed());
        });
        return server.requestHandler(this::receive)
                .listen(port, "localhost")
                .onSuccess(listening -> port = listening.actualPort())
                .mapEmpty();
    }

    /** The URL of the sink. */
    public URI url() {
        return URI.create((options.isSsl() ? "https" : "http") + "://localhost:" + port + "/in");
    }

    /** Every request meets {@code fault}, until {@link #mend}. */
    public Future<Void> startFailing(SinkFault fault) {
        synchronized (this) {
            this.fault = fault;
        }
        return fault == SinkFault.REFUSE_CONNECTION ? server.close() : Future.succeededFuture();
    }

    /** Events that match {@code victims} meet {@code fault}, until {@link #mend}. Evaluated once for each attempt. */
    public Future<Void> startFailing(SinkFault fault, Predicate<CloudEvent> victims) {
        synchronized (this) {
            this.victims = victims;
        }
        return startFailing(fault);
    }

    /** Ends the fault. */
    public Future<Void> mend() {
        SinkFault mended;
        synchronized (this) {
            mended = fault;
            fault = null;
            victims = event -> true;
        }
        return mended == SinkFault.REFUSE_CONNECTION ? listen() : Future.succeededFuture();
    }

    /** The next requests meet {@code faults}, one each. */
    public synchronized void breakNext(SinkFault... faults) {
        next.addAll(List.of(faults));
    }

    /** Delays each 202 answer. */
    public synchronized void answerAfter(Duration delay) {
        this.delay = delay;
    }

    /** All requests so far, with any answer. */
    public synchronized List<Received> received() {
        return List.copyOf(received);
    }

    /** The events that were answered with 202. */
    public synchronized List<CloudEvent> accepted() {
        return received.stream().filter(Received::accepted).map(Received::event).toList();
    }

    /** Completes once {@code count} requests have been received. */
    public synchronized Future<List<Received>> awaitReceived(int count) {
        Promise<List<Received>> enough = Promise.promise();
        awaiting.add(new Awaiting(count, enough));
        completeAwaiting();
        return enough.future();
    }

    /** How many connections have been opened. */
    public synchronized int connectionsOpened() {
        return connections;
    }

    /** The maximum of concurrent requests so far. */
    public synchronized int mostInFlight() {
        return mostInFlight;
    }

    /** Completes when the next connection is closed. */
    public synchronized Future<Void> connectionClosed() {
        return nextClosed.future();
    }

    private synchronized void opened() {
        connections++;
    }

    private synchronized void closed() {
        Promise<Void> now = nextClosed;
        nextClosed = Promise.promise();
        now.complete();
    }

    private void receive(HttpServerRequest request) {
        begin();
        request.body().onSuccess(body -> {
            SinkFault met = record(request, body);
            if (met != null) {
                request.response().endHandler(sent -> end());
                met.strike(request);
            } else if (delay.isZero()) {
                accept(request);
            } else {
                vertx.setTimer(delay.toMillis(), delayed -> accept(request));
            }
        });
    }

    /** Ends the count first: the client can send its next request before the end of this response is reported. */
    private void accept(HttpServerRequest request) {
        end();
        request.response().setStatusCode(202).end();
    }

    private synchronized void begin() {
        inFlight++;
        mostInFlight = Math.max(mostInFlight, inFlight);
    }

    private synchronized void end() {
        inFlight--;
    }

    private synchronized SinkFault record(HttpServerRequest request, Buffer body) {
        MultiMap headers = MultiMap.caseInsensitiveMultiMap().addAll(request.headers());
        CloudEvent event =
                VertxMessageFactory.createReader(decoded(headers), body).toEvent();
        SinkFault met = next.isEmpty() ? (victims.test(event) ? fault : null) : next.remove(0);
        received.add(new Received(event, headers, body, request.version(), met == null));
        completeAwaiting();
        return met;
    }

    private static MultiMap decoded(MultiMap headers) {
        MultiMap decoded = MultiMap.caseInsensitiveMultiMap();
        headers.forEach((name, value) -> decoded.add(name, name.startsWith("ce-") ? decode(value) : value));
        return decoded;
    }

    private static String decode(String value) {
        return URLDecoder.decode(value.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    private void completeAwaiting() {
        for (Iterator<Awaiting> all = awaiting.iterator(); all.hasNext(); ) {
            Awaiting one = all.next();
            if (received.size() >= one.count) {
                all.remove();
                one.enough.complete(List.copyOf(received));
            }
        }
    }
}
