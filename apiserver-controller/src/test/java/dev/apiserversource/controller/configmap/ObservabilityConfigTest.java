package dev.apiserversource.controller.configmap;

import dev.apiserversource.frame.config.EnvReader;
import dev.apiserversource.frame.config.FrameConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/** The expected JSON is what Knative Eventing's own reader and {@code json.Marshal} make of the same data. */
class ObservabilityConfigTest {

    @Test
    void defaultsAreThoseOfKnative() {
        assertThat(ObservabilityConfig.json(Map.of("_example", "metrics-protocol: grpc")))
                .isEqualTo("{\"tracing\":{\"protocol\":\"none\"},\"metrics\":{\"protocol\":\"none\"},"
                        + "\"runtime\":{\"profiling\":\"disabled\",\"exportInterval\":15000000000},"
                        + "\"enableSinkEventErrorReporting\":false}");
    }

    @Test
    void everySettingIsPassedOn() {
        assertThat(ObservabilityConfig.json(Map.of(
                        "metrics-protocol", "http/protobuf",
                        "metrics-endpoint", "http://collector.otel.svc.cluster.local/",
                        "metrics-export-interval", "60s",
                        "sink-event-error-reporting.enable", "true",
                        "runtime-profiling", "enabled",
                        "runtime-export-interval", "500ms",
                        "tracing-protocol", "grpc",
                        "tracing-endpoint", "jaeger:4317",
                        "tracing-sampling-rate", "1")))
                .isEqualTo("{\"tracing\":{\"protocol\":\"grpc\",\"endpoint\":\"jaeger:4317\",\"samplingRate\":1},"
                        + "\"metrics\":{\"protocol\":\"http/protobuf\","
                        + "\"endpoint\":\"http://collector.otel.svc.cluster.local/\",\"exportInterval\":60000000000},"
                        + "\"runtime\":{\"profiling\":\"enabled\",\"exportInterval\":500000000},"
                        + "\"enableSinkEventErrorReporting\":true}");
    }

    @Test
    void adapterReadsTheTracingOfTheConfigMap() {
        String json = ObservabilityConfig.json(Map.of(
                "tracing-protocol", "http/protobuf",
                "tracing-endpoint", "http://collector:4318/v1/traces",
                "tracing-sampling-rate", "0.1"));
        Map<String, String> environment =
                Map.of("NAME", "a", "NAMESPACE", "b", "K_SINK", "http://sink", "K_OBSERVABILITY_CONFIG", json);
        assertThat(FrameConfig.from(new EnvReader(environment))
                        .process()
                        .tracing()
                        .orElseThrow()
                        .properties())
                .containsEntry("otel.exporter.otlp.traces.endpoint", "http://collector:4318/v1/traces")
                .containsEntry("otel.traces.sampler.arg", "0.1");
    }

    @Test
    void prometheusHasTheAdaptersPortByDefault() {
        assertThat(ObservabilityConfig.json(
                        Map.of("metrics-protocol", "prometheus", "metrics-export-interval", "1m30s")))
                .contains("\"metrics\":{\"protocol\":\"prometheus\",\"endpoint\":\":9092\","
                        + "\"exportInterval\":90000000000}");
        assertThat(ObservabilityConfig.json(Map.of("metrics-protocol", "prometheus", "metrics-endpoint", ":9090")))
                .contains("\"metrics\":{\"protocol\":\"prometheus\",\"endpoint\":\":9090\"}");
    }

    @ParameterizedTest
    @CsvSource({
        "metrics-protocol, grpc, metrics-endpoint: must be set with the protocol grpc",
        "metrics-protocol, stdout, 'metrics-protocol: \"stdout\" must be none, prometheus, grpc or http/protobuf'",
        "metrics-protocol, '', 'metrics-protocol: \"\" must be none, prometheus, grpc or http/protobuf'",
        "metrics-endpoint, x, metrics-endpoint: must be empty with the protocol none",
        "metrics-export-interval, 60, metrics-export-interval: must be a duration such as 60s",
        "metrics-export-interval, -1s, metrics-export-interval: must be a duration such as 60s",
        "metrics-export-interval, '', metrics-export-interval: must be a duration such as 60s",
        "tracing-protocol, prometheus, 'tracing-protocol: \"prometheus\" must be none, stdout, grpc or http/protobuf'",
        "tracing-sampling-rate, 2, tracing-sampling-rate: must be from 0 to 1",
        "tracing-sampling-rate, x, tracing-sampling-rate: must be a number from 0 to 1",
        "runtime-profiling, on, runtime-profiling: must be enabled or disabled",
        "sink-event-error-reporting.enable, yes, sink-event-error-reporting.enable: must be true or false",
    })
    void refusesWhatKnativeRefuses(String key, String value, String problem) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ObservabilityConfig.json(Map.of(key, value)))
                .withMessage(problem);
    }
}
