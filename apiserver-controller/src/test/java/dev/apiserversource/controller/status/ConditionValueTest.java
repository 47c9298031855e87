package dev.apiserversource.controller.status;

import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class ConditionValueTest {

    @Test
    void availableDeploymentIsTrue() {
        assertThat(ConditionValue.of(deployment("True", "MinimumReplicasAvailable")))
                .isEqualTo(ConditionValue.TRUE);
    }

    @Test
    void unavailableDeploymentKeepsItsReason() {
        assertThat(ConditionValue.of(deployment("False", "MinimumReplicasUnavailable")))
                .isEqualTo(ConditionValue.ofFalse("MinimumReplicasUnavailable", "no pod is ready"));
    }

    @Test
    void deploymentWithoutConditionIsUnknown() {
        Deployment fresh = new DeploymentBuilder()
                .withNewMetadata()
                .withName("it")
                .endMetadata()
                .build();
        assertThat(ConditionValue.of(fresh))
                .isEqualTo(
                        ConditionValue.ofUnknown("DeploymentUnavailable", "The Deployment 'it' is not available yet."));
    }

    private static Deployment deployment(String status, String reason) {
        return new DeploymentBuilder()
                .withNewStatus()
                .addNewCondition()
                .withType("Progressing")
                .withStatus("False")
                .endCondition()
                .addNewCondition()
                .withType("Available")
                .withStatus(status)
                .withReason(reason)
                .withMessage("no pod is ready")
                .endCondition()
                .endStatus()
                .build();
    }
}
