package dev.apiserversource.loadtests.adapter;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class AdapterMetricsTest {

    private final AdapterMetrics metrics = AdapterMetrics.parse("""
            # HELP events_total Events
            events_total{result="delivered",type="add"} 2.0
            events_total{result="delivered",type="delete"} 3.0
            events_total{result="dropped",type="add"} 1.0
            events_total_more 100.0
            streams 1.5E1
            """);

    @Test
    void sumsSamplesWithAllLabels() {
        assertThat(metrics.sum("events_total", "result=\"delivered\"")).isEqualTo(5);
        assertThat(metrics.sum("events_total", "result=\"delivered\"", "type=\"add\""))
                .isEqualTo(2);
    }

    @Test
    void sumsAllSamplesWithoutLabels() {
        assertThat(metrics.sum("events_total")).isEqualTo(6);
        assertThat(metrics.sum("streams")).isEqualTo(15);
    }

    @Test
    void unknownMetricIsZero() {
        assertThat(metrics.sum("nothing")).isZero();
    }
}
