package dev.apiserversource.frame.config;

import dev.apiserversource.frame.tracing.TracingSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

class TracingConfigTest {

    private static final String PUSHED =
            "{\"tracing\":{\"protocol\":\"http/protobuf\",\"endpoint\":\"http://otel:4318\",\"samplingRate\":0.25}}";

    /** Pairs of names and values. */
    private static Optional<TracingSettings> read(String... variables) {
        Map<String, String> environment =
                new HashMap<>(Map.of("NAME", "mine", "NAMESPACE", "shop", "POD_NAME", "mine-0"));
        for (int i = 0; i < variables.length; i += 2) {
            environment.put(variables[i], variables[i + 1]);
        }
        EnvReader env = new EnvReader(environment);
        Optional<TracingSettings> settings = TracingConfig.read(env);
        assertThatCode(() -> env.errors().throwIfAny()).doesNotThrowAnyException();
        return settings;
    }

    private static Map<String, String> properties(String... variables) {
        return read(variables).orElseThrow().properties();
    }

    @Test
    void isOffByDefault() {
        assertThat(read()).isEmpty();
        assertThat(read("OTEL_SERVICE_NAME", "mine", "OTEL_TRACES_SAMPLER", "always_on"))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{}",
                "null",
                "{\"tracing\":null}",
                "{\"tracing\":{}}",
                "{\"tracing\":{\"protocol\":\"none\"},\"metrics\":{\"protocol\":\"prometheus\"}}",
                "not JSON",
                "[1]",
                "{\"tracing\":{\"protocol\":\"grpc\",\"endpoint\":\"otel:4317\"}}",
                "{\"tracing\":{\"protocol\":\"zipkin\",\"endpoint\":\"http://zipkin\"}}"
            })
    void knativesConfigMapLeavesItOff(String config) {
        assertThat(read("K_OBSERVABILITY_CONFIG", config)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "OTEL_TRACES_EXPORTER, none",
        "OTEL_TRACES_EXPORTER, zipkin",
        "OTEL_SDK_DISABLED, true",
        "OTEL_EXPORTER_OTLP_PROTOCOL, grpc",
        "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL, http/json"
    })
    void aVariableTurnsOffWhatTheConfigMapTurnsOn(String name, String value) {
        assertThat(read("K_OBSERVABILITY_CONFIG", PUSHED)).isPresent();
        assertThat(read("K_OBSERVABILITY_CONFIG", PUSHED, name, value)).isEmpty();
    }

    @Test
    void knativesConfigMapNamesEndpointAndRate() {
        assertThat(properties("K_OBSERVABILITY_CONFIG", PUSHED))
                .containsEntry("otel.traces.exporter", "otlp")
                .containsEntry("otel.exporter.otlp.protocol", "http/protobuf")
                .containsEntry("otel.exporter.otlp.traces.endpoint", "http://otel:4318/v1/traces")
                .containsEntry("otel.traces.sampler", "parentbased_traceidratio")
                .containsEntry("otel.traces.sampler.arg", "0.25")
                .containsEntry("otel.metrics.exporter", "none")
                .containsEntry("otel.logs.exporter", "none");
    }

    @Test
    void aRateOfZeroSamplesNothingAsInKnative() {
        assertThat(properties(
                        "K_OBSERVABILITY_CONFIG",
                        "{\"tracing\":{\"protocol\":\"http/protobuf\",\"endpoint\":\"http://otel:4318\"}}"))
                .containsEntry("otel.traces.sampler.arg", "0.0");
    }

    @ParameterizedTest
    @CsvSource({
        "otel:4318, https://otel:4318/v1/traces",
        "http://otel:4318/custom, http://otel:4318/custom",
        "http://otel:4318/, http://otel:4318/"
    })
    void readsAnEndpointAsKnative(String endpoint, String url) {
        assertThat(properties("K_OBSERVABILITY_CONFIG", PUSHED.replace("http://otel:4318", endpoint)))
                .containsEntry("otel.exporter.otlp.traces.endpoint", url);
    }

    @Test
    void variablesTakePrecedence() {
        assertThat(properties(
                        "K_OBSERVABILITY_CONFIG", PUSHED,
                        "OTEL_EXPORTER_OTLP_ENDPOINT", "http://mine:4318",
                        "OTEL_TRACES_SAMPLER", "always_on",
                        "OTEL_EXPORTER_OTLP_HEADERS", "key=value",
                        "OTEL_METRICS_EXPORTER", "otlp"))
                .containsEntry("otel.exporter.otlp.endpoint", "http://mine:4318")
                .doesNotContainKey("otel.exporter.otlp.traces.endpoint")
                .containsEntry("otel.traces.sampler", "always_on")
                .doesNotContainKey("otel.traces.sampler.arg")
                .containsEntry("otel.exporter.otlp.headers", "key=value")
                .containsEntry("otel.metrics.exporter", "none");
        assertThat(properties("K_OBSERVABILITY_CONFIG", PUSHED, "OTEL_TRACES_SAMPLER_ARG", "0.5"))
                .containsEntry("otel.traces.sampler.arg", "0.5");
    }

    @Test
    void anEndpointIsEnough() {
        assertThat(properties("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://mine:4318/v1/traces"))
                .containsEntry("otel.traces.exporter", "otlp")
                .containsEntry("otel.exporter.otlp.protocol", "http/protobuf")
                .doesNotContainKey("otel.traces.sampler");
    }

    @Test
    void namesTheProcess() {
        TracingSettings settings =
                read("OTEL_TRACES_EXPORTER", "otlp", "K_COMPONENT", "events").orElseThrow();
        assertThat(settings.resource())
                .containsEntry("apiserversource.name", "mine")
                .containsEntry("k8s.namespace.name", "shop")
                .containsEntry("k8s.pod.name", "mine-0");
        assertThat(settings.properties()).containsEntry("otel.service.name", "events-adapter");
        assertThat(properties("OTEL_TRACES_EXPORTER", "otlp", "OTEL_SERVICE_NAME", "own"))
                .containsEntry("otel.service.name", "own");
        assertThat(properties("OTEL_TRACES_EXPORTER", "otlp", "OTEL_RESOURCE_ATTRIBUTES", "a=b,service.name=own"))
                .doesNotContainKey("otel.service.name");
    }

    @Test
    void standardOutputIsTheLog() {
        TracingSettings settings = read("K_OBSERVABILITY_CONFIG", "{\"tracing\":{\"protocol\":\"stdout\"}}")
                .orElseThrow();
        assertThat(settings.console()).isTrue();
        assertThat(settings.properties())
                .containsEntry("otel.traces.exporter", "none")
                .containsEntry("otel.traces.sampler.arg", "1.0");
        assertThat(read("OTEL_TRACES_EXPORTER", "console").orElseThrow().console())
                .isTrue();
    }
}
