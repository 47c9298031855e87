package dev.apiserversource.controller.apiserversource;

import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class AvailabilityTest {

    @Test
    void availableIsGood() {
        assertThat(Availability.of(deployment("True", "MinimumReplicasAvailable")))
                .isEqualTo(Judgement.GOOD);
    }

    @Test
    void unavailableHasTheDeploymentsOwnReason() {
        assertThat(Availability.of(deployment("False", "MinimumReplicasUnavailable")))
                .isEqualTo(Judgement.bad("MinimumReplicasUnavailable", "as it says"));
    }

    @Test
    void silentDeploymentIsUnknown() {
        Deployment silent = new DeploymentBuilder()
                .withNewMetadata()
                .withName("it")
                .endMetadata()
                .build();
        assertThat(Availability.of(silent))
                .isEqualTo(Judgement.unknown("DeploymentUnavailable", "The Deployment 'it' is not available yet."));
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
                .withMessage("as it says")
                .endCondition()
                .endStatus()
                .build();
    }
}
