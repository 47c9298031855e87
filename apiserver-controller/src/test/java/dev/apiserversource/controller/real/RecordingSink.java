package dev.apiserversource.controller.real;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A sink that records type and subject of each event that it accepts. */
final class RecordingSink implements AutoCloseable {

    private static final int ACCEPTED = 202;
    private static final int NO_BODY = -1;

    private final Set<String> events = ConcurrentHashMap.newKeySet();
    private final HttpServer server;
    private volatile int answer = ACCEPTED;

    RecordingSink() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/", this::answer);
        server.start();
    }

    private void answer(HttpExchange exchange) throws IOException {
        exchange.getRequestBody().readAllBytes();
        if (answer == ACCEPTED) {
            String type = exchange.getRequestHeaders().getFirst("ce-type");
            String subject = exchange.getRequestHeaders().getFirst("ce-subject");
            events.add(type.replaceFirst(".*\\.", "") + " " + subject.replaceFirst(".*/", ""));
        }
        exchange.sendResponseHeaders(answer, NO_BODY);
        exchange.close();
    }

    /** Answers {@code status} from now on. */
    void answer(int status) {
        answer = status;
    }

    void accept() {
        answer = ACCEPTED;
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** Waits for the events, each a verb and the name of an object, such as {@code add a}. */
    void await(String... expected) {
        RealCluster.await("events " + Set.of(expected), () -> events.containsAll(Set.of(expected)));
    }

    /** The events so far. */
    Set<String> events() {
        return Set.copyOf(events);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
