package dev.apiserversource.controller;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.javaoperatorsdk.operator.api.monitoring.Metrics.ControllerExecution;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ReconcileMetricsTest {

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final ReconcileMetrics metrics = new ReconcileMetrics(registry, new Liveness(() -> 0));

    @Test
    void timesReconciliationsByResult() throws Exception {
        assertThat(metrics.timeControllerExecution(new Execution(false))).isEqualTo("done");
        assertThatThrownBy(() -> metrics.timeControllerExecution(new Execution(true)))
                .hasMessage("failed");
        assertThat(count("status")).isOne();
        assertThat(count("failure")).isOne();
    }

    @Test
    void countsFailuresByCause() {
        metrics.reconciliationFailed(new ConfigMap(), null, new IllegalStateException(), Map.of());
        assertThat(registry.counter("apiserversource.controller.failures", "cause", "IllegalStateException")
                        .count())
                .isOne();
    }

    private long count(String result) {
        return registry.timer("apiserversource.controller.reconcile", "controller", "test", "result", result)
                .count();
    }

    private record Execution(boolean fails) implements ControllerExecution<String> {

        @Override
        public String name() {
            return "reconcile";
        }

        @Override
        public String controllerName() {
            return "test";
        }

        @Override
        public String successTypeName(String result) {
            return "status";
        }

        @Override
        public ResourceID resourceID() {
            return new ResourceID("events", "shop");
        }

        @Override
        public Map<String, Object> metadata() {
            return Map.of();
        }

        @Override
        public String execute() {
            if (fails) {
                throw new IllegalStateException("failed");
            }
            return "done";
        }
    }
}
