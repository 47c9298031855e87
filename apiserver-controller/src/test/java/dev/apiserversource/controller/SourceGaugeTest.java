package dev.apiserversource.controller;

import dev.apiserversource.controller.api.ApiServerSource;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

class SourceGaugeTest {

    private static final String READY = "status: {conditions: [{type: Ready, status: 'True'}]}";
    private static final String NOT_READY =
            "status: {conditions: [{type: Ready, status: 'False'}," + " {type: SinkProvided, status: 'False'}]}";

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final SourceGauge gauge = new SourceGauge(registry);

    @Test
    void countsSourcesByConditionAndStatus() {
        gauge.update(Stream.of(source(READY), source(READY), source(NOT_READY), source("")));
        assertThat(count("Ready", "True").value()).isEqualTo(2);
        assertThat(count("Ready", "False").value()).isEqualTo(1);
        assertThat(count("Ready", "Unknown").value()).isEqualTo(1);
        assertThat(count("SinkProvided", "False").value()).isEqualTo(1);
    }

    @Test
    void deletedSourcesAreNotCounted() {
        gauge.update(Stream.of(source(READY), source(READY)));
        gauge.update(Stream.of(source(READY)));
        assertThat(count("Ready", "True").value()).isOne();
        gauge.update(Stream.of());
        assertThat(count("Ready", "True")).isNull();
    }

    private Gauge count(String condition, String status) {
        return registry.find("apiserversource.controller.sources")
                .tags("kind", "ApiServerSource", "condition", condition, "status", status)
                .gauge();
    }

    private static ApiServerSource source(String status) {
        return Serialization.unmarshal(
                "apiVersion: sources.knative.dev/v1\nkind: ApiServerSource\n" + status, ApiServerSource.class);
    }
}
