package dev.apiserversource.frame.management;

import dev.apiserversource.frame.delivery.Await;
import dev.apiserversource.frame.leader.LeaderState;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.ext.web.client.WebClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.function.Supplier;

import static org.assertj.core.api.Assertions.assertThat;

class ManagementServerTest {

    private final Vertx vertx = Vertx.vertx();
    private final WebClient client = WebClient.create(vertx);
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final ManagementServer management = new ManagementServer(vertx);

    @AfterEach
    void close() {
        Await.result(vertx.close());
    }

    private static Supplier<ManagementServer.Readiness> missing(String... names) {
        return () -> ManagementServer.Readiness.without(List.of(names));
    }

    private Future<HttpServer> probes(int port, Supplier<ManagementServer.Readiness> readiness) {
        return management.probes(port, readiness);
    }

    private HttpResponse<Buffer> get(Future<HttpServer> server, String path) {
        int port = Await.result(server).actualPort();
        return Await.result(client.get(port, "localhost", path).send());
    }

    @Test
    void isReadyWhenNoWatchIsMissing() {
        HttpResponse<Buffer> answer = get(probes(0, missing()), "/readiness");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.bodyAsString()).isEqualTo("ok\n");
    }

    @Test
    void namesTheMissingWatchesWhileItIsNotReady() {
        HttpResponse<Buffer> answer = get(probes(0, missing("v1/pods", "apps/v1/deployments")), "/readiness");

        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.bodyAsString()).isEqualTo("not open: v1/pods, apps/v1/deployments\n");
    }

    private Future<HttpServer> standby(String... missing) {
        LeaderState.Standby standby = new LeaderState.Standby("pod-1");
        return probes(0, () -> ManagementServer.Readiness.standby(standby, List.of(missing)));
    }

    @Test
    void aStandbyIsReadyAndNamesTheLeader() {
        HttpResponse<Buffer> answer = get(standby(), "/readiness");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.bodyAsString()).isEqualTo("standby, the leader is pod-1\n");
    }

    @Test
    void aStandbyThatCannotTakeOverIsNotReadyAndSaysWhy() {
        HttpResponse<Buffer> answer = get(standby("v1/pods: forbidden"), "/readiness");

        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.bodyAsString())
                .isEqualTo("standby, the leader is pod-1; cannot take over: v1/pods: forbidden\n");
    }

    @Test
    void isNotReadyWhileItWaitsForTheLeaseAndSaysWhy() {
        HttpResponse<Buffer> answer =
                get(probes(0, () -> ManagementServer.Readiness.of(new LeaderState.Waiting("no right"))), "/readiness");

        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.bodyAsString()).isEqualTo("no right\n");
    }

    @Test
    void isAliveWhetherOrNotItIsReady() {
        HttpResponse<Buffer> answer = get(probes(0, missing("v1/pods")), "/health");

        assertThat(answer.statusCode()).isEqualTo(200);
    }

    @Test
    void metricsAreInTheTextFormatOfPrometheus() {
        registry.counter("apiserversource.relists", "reason", "gone").increment();
        HttpResponse<Buffer> answer = get(management.metrics(0, registry), "/metrics");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.getHeader("Content-Type")).startsWith("text/plain; version=0.0.4");
        assertThat(answer.bodyAsString()).contains("apiserversource_relists_total{reason=\"gone\"} 1.0");
    }

    @Test
    void hasNoOtherPages() {
        assertThat(get(probes(0, missing()), "/").statusCode()).isEqualTo(404);
        assertThat(get(management.metrics(0, registry), "/health").statusCode()).isEqualTo(404);
    }

    @Test
    void aPortInUseIsNamed() {
        int inUse = Await.result(management.metrics(0, registry)).actualPort();

        assertThat(Await.failure(probes(inUse, missing())))
                .hasMessage("cannot listen on port " + inUse + " for probes");
    }
}
