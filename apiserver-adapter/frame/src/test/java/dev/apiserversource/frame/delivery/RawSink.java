package dev.apiserversource.frame.delivery;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Queue;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A sink that answers with bytes given by a test, also with those that no HTTP server sends. Thread-safe. */
final class RawSink {

    /** An empty 202 answer. */
    static final String ACCEPTED = "HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n";

    private static final Pattern REQUEST = Pattern.compile(
            "(?<head>.*content-length: (?<length>\\d+).*?)\\r\\n\\r\\n(?<body>.*)",
            Pattern.DOTALL | Pattern.CASE_INSENSITIVE);

    /** A request: the request line with the headers, and the body. */
    record Request(String head, String body) {

        String line() {
            return head.lines().findFirst().orElseThrow();
        }
    }

    private final NetServer server;
    private final Queue<String> answers = new ArrayDeque<>();
    private final List<Request> requests = new ArrayList<>();
    private final NavigableMap<Integer, Promise<Void>> awaited = new TreeMap<>();
    private final Promise<Void> closed = Promise.promise();
    private int connections;

    private RawSink(Vertx vertx) {
        this.server = vertx.createNetServer().connectHandler(this::connected);
    }

    static RawSink start(Vertx vertx) {
        RawSink sink = new RawSink(vertx);
        Await.result(sink.server.listen(0, "localhost"));
        return sink;
    }

    URI url() {
        return URI.create("http://localhost:" + server.actualPort() + "/in");
    }

    /** The next requests get {@code texts}, one each, and later ones {@link #ACCEPTED}. */
    synchronized void answerNext(String... texts) {
        answers.addAll(List.of(texts));
    }

    synchronized List<Request> requests() {
        return List.copyOf(requests);
    }

    synchronized int connections() {
        return connections;
    }

    /** Blocks until {@code count} requests have been received. */
    void awaitRequests(int count) {
        Promise<Void> enough = Promise.promise();
        synchronized (this) {
            awaited.put(count, enough);
            completeAwaited();
        }
        Await.result(enough.future());
    }

    private void completeAwaited() {
        awaited.headMap(requests.size(), true).values().forEach(Promise::tryComplete);
    }

    /** Completes when the first connection is closed. */
    Future<Void> connectionClosed() {
        return closed.future();
    }

    private synchronized void connected(NetSocket socket) {
        connections++;
        StringBuilder received = new StringBuilder();
        socket.handler(chunk -> {
            received.append(chunk.toString(StandardCharsets.ISO_8859_1));
            Matcher request = REQUEST.matcher(received);
            if (request.matches() && request.group("body").length() == Integer.parseInt(request.group("length"))) {
                Request complete = new Request(request.group("head"), request.group("body"));
                received.setLength(0);
                socket.write(answer(complete), "ISO-8859-1");
            }
        });
        socket.closeHandler(end -> closed.tryComplete());
    }

    private synchronized String answer(Request request) {
        requests.add(request);
        completeAwaited();
        return answers.isEmpty() ? ACCEPTED : answers.remove();
    }
}
