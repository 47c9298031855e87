package dev.apiserversource.frame.management;

import dev.apiserversource.frame.leader.Leadership;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.function.Supplier;

/** What the adapter tells Kubernetes and Prometheus about itself, answered on the event loop that does the work. */
public final class ManagementServer {

    private static final String METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8";
    private static final Logger log = LoggerFactory.getLogger(ManagementServer.class);

    private final Vertx vertx;

    public ManagementServer(Vertx vertx) {
        this.vertx = vertx;
    }

    /** {@code /health}: the event loop answers; {@code /readiness}: whether that is said; and what {@code activity} answers to others like us. */
    public Future<HttpServer> probes(int port, Supplier<Readiness> readiness, Leadership activity) {
        return listen("probes", port, request -> {
            switch (String.valueOf(request.path())) {
                case "/health" -> request.response().end("ok\n");
                case "/readiness" -> readiness(request, readiness.get());
                case Leadership.PATH -> activity.answer(request);
                default -> notFound(request);
            }
        });
    }

    /** {@code /metrics} in the text format of Prometheus. */
    public Future<HttpServer> metrics(int port, PrometheusMeterRegistry registry) {
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

    private static void readiness(HttpServerRequest request, Readiness readiness) {
        request.response().setStatusCode(readiness.ready() ? 200 : 503).end(readiness.text() + "\n");
    }

    private static void text(HttpServerRequest request, Supplier<String> content) {
        request.response().putHeader("Content-Type", METRICS_TYPE).end(content.get());
    }

    private static void notFound(HttpServerRequest request) {
        request.response().setStatusCode(404).end("no such page\n");
    }
}
