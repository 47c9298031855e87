package dev.apiserversource.samples.quickstart;

import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import org.junit.jupiter.api.Test;

import java.nio.file.Path;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class ContainerEnvironmentTest {

    private static final Path KUBECONFIG = Path.of("kubeconfig");

    @Test
    void isThatOfTheContainerWithAccessAndFreePorts() {
        Deployment deployment = deployment(
                new EnvVar("K_SINK", "http://sink", null),
                new EnvVarBuilder()
                        .withName("NAMESPACE")
                        .withNewValueFrom()
                        .withNewFieldRef("v1", "metadata.namespace")
                        .endValueFrom()
                        .build(),
                new EnvVar("PROBES_PORT", "8080", null));

        assertThat(ContainerEnvironment.of(deployment, KUBECONFIG))
                .isEqualTo(Map.of(
                        "K_SINK", "http://sink",
                        "NAMESPACE", "here",
                        "LOG_FORMAT", "text",
                        "KUBECONFIG", "kubeconfig",
                        "PROBES_PORT", "0",
                        "METRICS_PORT", "0"));
    }

    @Test
    void leavesTheFormOfTheLogToTheContainer() {
        assertThat(ContainerEnvironment.of(deployment(new EnvVar("LOG_FORMAT", "json", null)), KUBECONFIG))
                .containsEntry("LOG_FORMAT", "json");
    }

    @Test
    void refusesWhatItCannotKnow() {
        Deployment deployment = deployment(new EnvVarBuilder()
                .withName("PASSWORD")
                .withNewValueFrom()
                .withNewSecretKeyRef("key", "secret", false)
                .endValueFrom()
                .build());

        assertThatExceptionOfType(QuickstartException.class)
                .isThrownBy(() -> ContainerEnvironment.of(deployment, KUBECONFIG))
                .withMessage("the value of PASSWORD comes from something that is not here");
    }

    private static Deployment deployment(EnvVar... variables) {
        return new DeploymentBuilder()
                .withNewMetadata()
                .withNamespace("here")
                .endMetadata()
                .withNewSpec()
                .withNewTemplate()
                .withNewSpec()
                .addNewContainer()
                .withEnv(variables)
                .endContainer()
                .endSpec()
                .endTemplate()
                .endSpec()
                .build();
    }
}
