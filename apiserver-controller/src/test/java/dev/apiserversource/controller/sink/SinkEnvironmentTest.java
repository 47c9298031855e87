package dev.apiserversource.controller.sink;

import dev.apiserversource.controller.api.CloudEventOverrides;
import dev.apiserversource.controller.sink.SinkResolver.SinkAddress;
import io.fabric8.kubernetes.api.model.EnvVar;
import org.junit.jupiter.api.Test;

import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

class SinkEnvironmentTest {

    @Test
    void certificatesAreAVariableOnlyIfThereAreSome() {
        assertThat(SinkEnvironment.variables(new SinkAddress("http://sink", null, null), null))
                .extracting(EnvVar::getName, EnvVar::getValue)
                .containsExactly(tuple("K_SINK", "http://sink"), tuple("K_CE_OVERRIDES", ""));
        assertThat(SinkEnvironment.variables(new SinkAddress("https://sink", "PEM", null), null))
                .extracting(EnvVar::getName, EnvVar::getValue)
                .contains(tuple("K_CA_CERTS", "PEM"));
    }

    @Test
    void overridesAreCompactAndSorted() {
        assertThat(SinkEnvironment.overrides(new CloudEventOverrides(Map.of("b", "2", "a", "\"1\""))))
                .isEqualTo("{\"extensions\":{\"a\":\"\\\"1\\\"\",\"b\":\"2\"}}");
    }

    /** As Knative writes them. */
    @Test
    void absentOverridesAreAnEmptyTextAndEmptyOnesAnEmptyObject() {
        assertThat(SinkEnvironment.overrides(null)).isEmpty();
        assertThat(SinkEnvironment.overrides(new CloudEventOverrides(Map.of()))).isEqualTo("{}");
    }
}
