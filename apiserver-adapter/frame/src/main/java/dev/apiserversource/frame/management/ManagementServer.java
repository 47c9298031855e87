package dev.apiserversource.frame.management;

import dev.apiserversource.frame.leader.LeaderState;
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

/** Serves probes and metrics on the event loop of the adapter, so that they see its state without locks. */
public final class ManagementServer {

    private static final String METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8";
    private static final Logger log = LoggerFactory.getLogger(ManagementServer.class);

    private final Vertx vertx;

    /**
     * The answer of {@code /readiness}.
     *
     * @param text for people
     */
    public record Readiness(boolean ready, String text) {

        /** The readiness of a leader: ready when nothing is missing. */
        public static Readiness without(List<String> missing) {
            return missing.isEmpty()
                    ? new Readiness(true, "ok")
                    : new Readiness(false, "not open: " + String.join(", ", missing));
        }

        /** The readiness of a standby: ready when nothing keeps it from taking over. */
        public static Readiness standby(LeaderState.Standby standby, List<String> missing) {
            String text = "standby, the leader is " + standby.leader();
            return missing.isEmpty()
                    ? new Readiness(true, text)
                    : new Readiness(false, text + "; cannot take over: " + String.join(", ", missing));
        }

        /** The readiness of a process that is neither the leader nor a standby. */
        public static Readiness of(LeaderState state) {
            return new Readiness(false, state instanceof LeaderState.Waiting waiting ? waiting.why() : "ending");
        }
    }

    /** Servers of the current context of {@code vertx}; they close with the verticle that deployed them. */
    public ManagementServer(Vertx vertx) {
        this.vertx = vertx;
    }

    /** Serves {@code /health}, which is ok while the event loop answers, and {@code /readiness}. */
    public Future<HttpServer> probes(int port, Supplier<Readiness> readiness) {
        return listen("probes", port, request -> {
            switch (String.valueOf(request.path())) {
                case "/health" -> request.response().end("ok\n");
                case "/readiness" -> readiness(request, readiness.get());
                default -> notFound(request);
            }
        });
    }

    /** Serves {@code /metrics} in the text format of Prometheus. */
    public Future<HttpServer> metrics(int port, PrometheusMeterRegistry registry) {
        return listen("metrics", port, request -> {
            if ("/metrics".equals(request.path())) {
                request.response().putHeader("Content-Type", METRICS_TYPE).end(registry.scrape());
            } else {
                notFound(request);
            }
        });
    }

    private Future<HttpServer> listen(String endpoint, int port, Handler<HttpServerRequest> handler) {
        return vertx.createHttpServer()
                .requestHandler(handler)
                .listen(port)
                .onSuccess(server ->
                        log.atInfo().addKeyValue("port", server.actualPort()).log(endpoint + " listening"))
                .recover(failure -> Future.failedFuture(
                        new IllegalStateException("cannot listen on port " + port + " for " + endpoint, failure)));
    }

    private static void readiness(HttpServerRequest request, Readiness readiness) {
        request.response().setStatusCode(readiness.ready() ? 200 : 503).end(readiness.text() + "\n");
    }

    private static void notFound(HttpServerRequest request) {
        request.response().setStatusCode(404).end("no such page\n");
    }
}
