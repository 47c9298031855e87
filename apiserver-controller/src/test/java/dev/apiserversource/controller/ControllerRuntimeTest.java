package dev.apiserversource.controller;

import dev.apiserversource.controller.api.ApiServerSource;
import dev.apiserversource.frame.monitoring.MonitoringFiles;
import dev.apiserversource.samples.embedded.fault.Faults;
import dev.apiserversource.samples.embedded.fault.ServerFault;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class ControllerRuntimeTest {

    @RegisterExtension
    private final EmbeddedCluster cluster = new EmbeddedCluster();

    private final HttpClient http = HttpClient.newHttpClient();
    private RunningController controller;

    @BeforeEach
    void start() throws IOException {
        KubernetesClient client = cluster.client();
        client.load(Files.newInputStream(Repository.DEPLOY.resolve("crd-apiserversource.yaml")))
                .create();
        controller = RunningController.start(
                client,
                Map.of("SYSTEM_NAMESPACE", "default", "LEADER_ELECTION", "false", "WATCH_NAMESPACES", "default"));
        assertThat(controller.problems()).isEmpty();
    }

    @AfterEach
    void stop() {
        controller.close();
    }

    @Test
    void isAliveWhileTheApiServerIsAway() throws Exception {
        assertThat(get(controller.probesPort(), "/readiness")).isEqualTo("leading\n");
        cluster.stopServer();
        await("informers without a connection to be healthy")
                .during(Duration.ofSeconds(3))
                .until(() -> controller.unhealthyInformers().isEmpty());
        assertThat(get(controller.probesPort(), "/health")).isEqualTo("alive\n");
    }

    @Test
    void findsSourcesThatWereCreatedInALostHistory() throws Exception {
        Faults faults = cluster.server()
                .faults()
                .onlyFor(request -> request.isWatch() && request.path().endsWith("/apiserversources"))
                .on(ServerFault.FREEZE_WATCH);
        createSource();
        cluster.server().store().compact();
        faults.once(ServerFault.GONE_410).off(ServerFault.FREEZE_WATCH);
        awaitCounted();
    }

    @Test
    void countsSourcesWithTheirConditions() throws Exception {
        createSource();
        awaitCounted();
        assertThat(MonitoringFiles.missing(
                        get(controller.metricsPort(), "/metrics"),
                        metric -> metric.startsWith("apiserversource_controller_")))
                .allMatch(ControllerRuntimeTest::needsAFault);
    }

    /** ReconcileMetricsTest counts failures by cause. The API server of this test denies nothing. */
    private static boolean needsAFault(String missing) {
        return missing.contains("apiserversource_controller_failures_total")
                || missing.contains("{condition=\"SufficientPermissions\", status=\"False\"}");
    }

    private void createSource() {
        cluster.client()
                .resource(Serialization.unmarshal("""
                        apiVersion: sources.knative.dev/v1
                        kind: ApiServerSource
                        metadata: {name: events, namespace: default}
                        spec:
                          resources: [{apiVersion: v1, kind: Event}]
                          sink: {ref: {apiVersion: v1, kind: Service, name: missing}}
                        """, ApiServerSource.class))
                .create();
    }

    private void awaitCounted() {
        await("the source to be counted").atMost(Duration.ofSeconds(30)).until(() -> get(
                        controller.metricsPort(), "/metrics")
                .contains("apiserversource_controller_sources{condition=\"SinkProvided\","
                        + "kind=\"ApiServerSource\",status=\"False\"} 1.0"));
    }

    private String get(int port, String path) throws IOException, InterruptedException {
        URI uri = URI.create("http://127.0.0.1:" + port + path);
        return http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
                .body();
    }
}
