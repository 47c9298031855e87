package dev.apiserversource.adapter;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.List;
import java.util.function.Supplier;

/** What the adapter tells Kubernetes and Prometheus about itself, answered on the event loop that does the work. */
final class Endpoints {

    private static final String METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8";
    private static final Logger log = LoggerFactory.getLogger(Endpoints.class);

    private final Vertx vertx;

    Endpoints(Vertx vertx) {
        this.vertx = vertx;
    }

    /** {@code /health}: the event loop answers; {@code /readiness}: nothing is named as missing. */
    Future<HttpServer> probes(int port, Supplier<List<String>> notReady) {
        return listen("probes", port, request -> {
            switch (String.valueOf(request.path())) {
                case "/health" -> request.response().end("ok\n");
                case "/readiness" -> readiness(request, notReady.get());
                default -> notFound(request);
            }
        });
    }

    /** {@code /metrics} in the text format of Prometheus. */
    Future<HttpServer> metrics(int port, PrometheusMeterRegistry registry) {
        return listen("metrics", port, request -> {
            if ("/metrics".equals(request.path())) {
                text(request, registry::scrape);
            } else {
                notFound(request);
            }
        });
    }

    private Future<HttpServer> listen(String what, int port, Handler<HttpServerRequest> handler) {
        return vertx.createHttpServer()
                .requestHandler(handler)
                .listen(port)
                .onSuccess(server ->
                        log.atInfo().addKeyValue("port", server.actualPort()).log(what + " listening"))
                .recover(failure -> Future.failedFuture(
                        new IllegalStateException("cannot listen on port " + port + " for " + what, failure)));
    }

    private static void readiness(HttpServerRequest request, List<String> missing) {
        if (missing.isEmpty()) {
            request.response().end("ok\n");
        } else {
            request.response().setStatusCode(503).end("not open: " + String.join(", ", missing) + "\n");
        }
    }

    private static void text(HttpServerRequest request, Supplier<String> content) {
        request.response().putHeader("Content-Type", METRICS_TYPE).end(content.get());
    }

    private static void notFound(HttpServerRequest request) {
        request.response().setStatusCode(404).end("no such page\n");
    }
}
