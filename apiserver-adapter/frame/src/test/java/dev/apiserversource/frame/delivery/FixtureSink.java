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

/**
 * A sink over HTTP that takes events (202), remembers all it was sent, and misbehaves on request. Safe to be asked from any thread.
 */
public final class FixtureSink {

    /**
     * A request as it came.
     *
     * @param event its CloudEvent, attribute values decoded as the HTTP binding says
     * @param headers as sent, nothing decoded
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
    private Promise<Void> allClosed = Promise.promise();

    private FixtureSink(Vertx vertx, HttpServerOptions options) {
        this.vertx = vertx;
        this.options = options;
    }

    /** A sink over plain HTTP on a free port of the loopback interface. */
    public static Future<FixtureSink> start(Vertx vertx) {
        return start(vertx, new HttpServerOptions());
    }

    /** A sink with, for example, TLS. */
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

    /** Where events are to be POSTed. */
    public URI url() {
        return URI.create((options.isSsl() ? "https" : "http") + "://localhost:" + port + "/in");
    }

    /** From now on, and until {@link #mend}, every request meets {@code fault}. */
    public Future<Void> startFailing(SinkFault fault) {
        synchronized (this) {
            this.fault = fault;
        }
        return fault == SinkFault.REFUSE_CONNECTION ? server.close() : Future.succeededFuture();
    }

    /** The same for those events only that {@code victims} names when they come; asked once for each attempt. */
    public Future<Void> startFailing(SinkFault fault, Predicate<CloudEvent> victims) {
        synchronized (this) {
            this.victims = victims;
        }
        return startFailing(fault);
    }

    /** No fault any more. */
    public Future<Void> mend() {
        SinkFault mended;
        synchronized (this) {
            mended = fault;
            fault = null;
            victims = event -> true;
        }
        return mended == SinkFault.REFUSE_CONNECTION ? listen() : Future.succeededFuture();
    }

    /** The next requests meet these faults, one each. */
    public synchronized void breakNext(SinkFault... faults) {
        next.addAll(List.of(faults));
    }

    /** Takes its time for each event. */
    public synchronized void answerAfter(Duration delay) {
        this.delay = delay;
    }

    /** Everything that came so far, refused or not. */
    public synchronized List<Received> received() {
        return List.copyOf(received);
    }

    /** The events that were answered 202. */
    public synchronized List<CloudEvent> accepted() {
        return received.stream().filter(Received::accepted).map(Received::event).toList();
    }

    /** Completes once {@code count} requests have come. */
    public synchronized Future<List<Received>> awaitReceived(int count) {
        Promise<List<Received>> enough = Promise.promise();
        awaiting.add(new Awaiting(count, enough));
        tellWhoWaits();
        return enough.future();
    }

    /** Connections that were opened so far. */
    public synchronized int connectionsOpened() {
        return connections;
    }

    /** The most requests that were unanswered at one time. */
    public synchronized int mostInFlight() {
        return mostInFlight;
    }

    /** Completes when a connection is closed the next time. */
    public synchronized Future<Void> connectionClosed() {
        return allClosed.future();
    }

    private synchronized void opened() {
        connections++;
    }

    private synchronized void closed() {
        Promise<Void> now = allClosed;
        allClosed = Promise.promise();
        now.complete();
    }

    private void receive(HttpServerRequest request) {
        begin();
        request.response().endHandler(end -> end());
        request.body().onSuccess(body -> {
            SinkFault strikes = record(request, body);
            if (strikes != null) {
                strikes.strike(request);
            } else if (delay.isZero()) {
                request.response().setStatusCode(202).end();
            } else {
                vertx.setTimer(
                        delay.toMillis(),
                        late -> request.response().setStatusCode(202).end());
            }
        });
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
        SinkFault strikes = next.isEmpty() ? (victims.test(event) ? fault : null) : next.remove(0);
        received.add(new Received(event, headers, body, request.version(), strikes == null));
        tellWhoWaits();
        return strikes;
    }

    private static MultiMap decoded(MultiMap headers) {
        MultiMap decoded = MultiMap.caseInsensitiveMultiMap();
        headers.forEach((name, value) -> decoded.add(name, name.startsWith("ce-") ? decode(value) : value));
        return decoded;
    }

    private static String decode(String value) {
        return URLDecoder.decode(value.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    private void tellWhoWaits() {
        for (Iterator<Awaiting> all = awaiting.iterator(); all.hasNext(); ) {
            Awaiting one = all.next();
            if (received.size() >= one.count) {
                all.remove();
                one.enough.complete(List.copyOf(received));
            }
        }
    }
}
