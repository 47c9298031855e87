package dev.apiserversource.samples.quickstart;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import org.junit.jupiter.api.Test;

import java.nio.file.Path;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class ContainerEnvironmentTest {

    private static final Path KUBECONFIG = Path.of("kubeconfig");

    @Test
    void addsKubeconfigAndFreePortsToTheVariablesOfTheContainer() {
        Container container = container(
                new EnvVar("K_SINK", "http://sink", null),
                field("NAMESPACE", "metadata.namespace"),
                field("POD_NAME", "metadata.name"),
                field("POD_IP", "status.podIP"),
                new EnvVar("PROBES_PORT", "8080", null));

        assertThat(ContainerEnvironment.of(container, "here", "one", KUBECONFIG))
                .isEqualTo(Map.of(
                        "K_SINK", "http://sink",
                        "NAMESPACE", "here",
                        "POD_NAME", "one",
                        "POD_IP", "127.0.0.1",
                        "LOG_FORMAT", "text",
                        "KUBECONFIG", "kubeconfig",
                        "PROBES_PORT", "0",
                        "METRICS_PORT", "0"));
    }

    @Test
    void keepsTheLogFormatOfTheContainer() {
        assertThat(ContainerEnvironment.of(
                        container(new EnvVar("LOG_FORMAT", "json", null)), "here", "one", KUBECONFIG))
                .containsEntry("LOG_FORMAT", "json");
    }

    @Test
    void rejectsAnUnsupportedValueFrom() {
        Container container = container(new EnvVarBuilder()
                .withName("PASSWORD")
                .withNewValueFrom()
                .withNewSecretKeyRef("key", "secret", false)
                .endValueFrom()
                .build());

        assertThatExceptionOfType(QuickstartException.class)
                .isThrownBy(() -> ContainerEnvironment.of(container, "here", "one", KUBECONFIG))
                .withMessage("the valueFrom of variable PASSWORD is not supported here");
    }

    private static EnvVar field(String name, String path) {
        return new EnvVarBuilder()
                .withName(name)
                .withNewValueFrom()
                .withNewFieldRef("v1", path)
                .endValueFrom()
                .build();
    }

    private static Container container(EnvVar... variables) {
        return new ContainerBuilder().withEnv(variables).build();
    }
}
