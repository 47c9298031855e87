package dev.apiserversource.controller.configmap;

import dev.apiserversource.controller.EmbeddedCluster;
import dev.apiserversource.controller.RecordingController;
import dev.apiserversource.controller.RecordingController.Reconciliation;
import dev.apiserversource.controller.status.EventRecorder;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

class KnativeConfigMapsTest {

    private static final String SSD = "apiserversources-nodeselector-disktype";

    @RegisterExtension
    final EmbeddedCluster cluster = new EmbeddedCluster();

    private final BlockingQueue<String> levels = new LinkedBlockingQueue<>();
    private RecordingController<Map<String, String>> controller;

    @BeforeEach
    void start() throws InterruptedException {
        KnativeConfigMaps configMaps = new KnativeConfigMaps(
                List.of("default", "knative-eventing"),
                new EventRecorder(cluster.client(), Clock.systemUTC()),
                levels::add);
        controller =
                new RecordingController<>(cluster.client(), configMaps::eventSources, context -> settings(configMaps));
        controller.createSource("source", "");
        assertThat(next()).isEmpty();
    }

    @AfterEach
    void stop() {
        controller.close();
    }

    @Test
    void changeRequeuesAllSources() throws InterruptedException {
        write("default", "config-features", Map.of(SSD, "ssd"));
        assertThat(next()).isEqualTo(Map.of("disktype", "ssd"));
        write("default", "config-features", Map.of(SSD, "hdd"));
        assertThat(next()).isEqualTo(Map.of("disktype", "hdd"));
        delete("default", "config-features");
        assertThat(next()).isEmpty();
    }

    @Test
    void firstNamespaceTakesPrecedence() throws InterruptedException {
        cluster.client()
                .resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName("knative-eventing")
                        .endMetadata()
                        .build())
                .create();
        write("knative-eventing", "config-features", Map.of(SSD, "hdd"));
        assertThat(next()).isEqualTo(Map.of("disktype", "hdd"));
        write("default", "config-features", Map.of(SSD, "ssd"));
        assertThat(next()).isEqualTo(Map.of("disktype", "ssd"));
        delete("default", "config-features");
        assertThat(next()).isEqualTo(Map.of("disktype", "hdd"));
    }

    @Test
    void invalidConfigMapChangesNothingAndIsReported() throws InterruptedException {
        write("default", "config-features", Map.of(SSD, "ssd"));
        assertThat(next()).isEqualTo(Map.of("disktype", "ssd"));
        write("default", "config-features", Map.of(SSD, "no label"));
        assertThat(next()).isEqualTo(Map.of("disktype", "ssd"));
        assertThat(cluster.client().v1().events().inNamespace("default").list().getItems())
                .extracting(Event::getReason, event -> event.getInvolvedObject().getName())
                .containsExactly(tuple("InvalidConfig", "config-features"));
    }

    @Test
    void logAndTelemetryAreVariablesOfTheAdapter() throws InterruptedException {
        write("default", "config-logging", Map.of("loglevel.apiserversource", "debug"));
        assertThat(next()).containsOnlyKeys("K_LOGGING_CONFIG");
        write("default", "config-observability", Map.of());
        assertThat(next()).containsOnlyKeys("K_LOGGING_CONFIG", "K_OBSERVABILITY_CONFIG");
    }

    @Test
    void levelOfTheControllerIsFollowed() throws InterruptedException {
        write("default", "config-logging", Map.of("loglevel.controller", "debug"));
        assertThat(levels.poll(10, TimeUnit.SECONDS)).isEqualTo("debug");
        delete("default", "config-logging");
        assertThat(levels.poll(10, TimeUnit.SECONDS)).isEqualTo("info");
    }

    private static Map<String, String> settings(KnativeConfigMaps configMaps) {
        Map<String, String> settings = configMaps.environment();
        settings.putAll(configMaps.nodeSelector());
        return settings;
    }

    private Map<String, String> next() throws InterruptedException {
        Reconciliation<Map<String, String>> reconciliation = controller.next();
        assertThat(reconciliation).isNotNull();
        return reconciliation.result();
    }

    private void write(String namespace, String name, Map<String, String> data) {
        cluster.client()
                .resource(new ConfigMapBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .withNamespace(namespace)
                        .endMetadata()
                        .withData(data)
                        .build())
                .createOr(existing -> existing.update());
    }

    private void delete(String namespace, String name) {
        cluster.client().configMaps().inNamespace(namespace).withName(name).delete();
    }
}
