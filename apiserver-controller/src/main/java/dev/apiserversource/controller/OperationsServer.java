package dev.apiserversource.controller;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;

/** Answers GET requests of kubelet and Prometheus, each path with what its supplier says. */
final class OperationsServer implements AutoCloseable {

    private static final int OK = 200;
    private static final int UNAVAILABLE = 503;

    private final HttpServer server;

    /** Listens on {@code port}, 0 for any free one. */
    OperationsServer(int port) throws IOException {
        this.server = HttpServer.create(new InetSocketAddress(port), 0);
    }

    OperationsServer answering(String path, String contentType, Supplier<Answer> answers) {
        server.createContext(path, exchange -> answer(exchange, contentType, answers.get()));
        return this;
    }

    OperationsServer start() {
        server.start();
        return this;
    }

    int port() {
        return server.getAddress().getPort();
    }

    private static void answer(HttpExchange exchange, String contentType, Answer answer) throws IOException {
        byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", contentType);
        exchange.sendResponseHeaders(answer.good() ? OK : UNAVAILABLE, body.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(body);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }

    /**
     * An answer.
     *
     * @param good 200, else 503
     * @param body the text
     */
    record Answer(boolean good, String body) {}
}
