package dev.apiserversource.frame;

import dev.apiserversource.frame.monitoring.MonitoringFiles;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class RunnerMetricsTest {

    /** That one begins with the first collection. */
    private static final String GC = "jvm_gc_";

    @Test
    void dashboardNamesMetricsOfTheProcess() {
        assertThat(MonitoringFiles.missing(
                        AdapterRunner.registry().scrape(),
                        metric -> !metric.startsWith("apiserversource_") && !metric.startsWith(GC)))
                .isEmpty();
        assertThat(MonitoringFiles.missing("", metric -> metric.startsWith("process_")))
                .isNotEmpty();
    }
}
