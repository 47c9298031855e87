package dev.apiserversource.controller.status;

import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.utils.Serialization;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class RolloutTest {

    private static final String AVAILABLE = "{type: Available, status: 'True', reason: MinimumReplicasAvailable}";

    @Test
    void completeRolloutIsTrue() {
        Deployment complete = deployment("observedGeneration: 2, replicas: 1, updatedReplicas: 1", AVAILABLE);
        assertThat(Rollout.condition(complete)).isEqualTo(ConditionValue.TRUE);
        assertThat(Rollout.isComplete(complete)).isTrue();
    }

    @Test
    void statusOfAnOlderGenerationIsUnknown() {
        assertUpdating("observedGeneration: 1, replicas: 1, updatedReplicas: 1");
        assertUpdating("replicas: 1, updatedReplicas: 1");
    }

    @Test
    void availableOldPodDoesNotCountForTheNewTemplate() {
        assertUpdating("observedGeneration: 2, replicas: 1, updatedReplicas: 0");
        assertUpdating("observedGeneration: 2, replicas: 2, updatedReplicas: 1, unavailableReplicas: 1");
        assertUpdating("observedGeneration: 2, replicas: 1, updatedReplicas: 1, unavailableReplicas: 1");
    }

    @Test
    void unavailablePodsOfTheCurrentTemplateAreNoOldPods() {
        String unavailable = "{type: Available, status: 'False'}";
        assertThat(Rollout.hasNoOldPods(deployment(
                        "observedGeneration: 2, replicas: 1, updatedReplicas: 1, unavailableReplicas: 1", unavailable)))
                .isTrue();
        assertThat(Rollout.hasNoOldPods(
                        deployment("observedGeneration: 2, replicas: 2, updatedReplicas: 1", AVAILABLE)))
                .isFalse();
    }

    @Test
    void exceededDeadlineIsFalseWithItsReason() {
        assertThat(Rollout.condition(deployment(
                        "observedGeneration: 2, replicas: 2, updatedReplicas: 1",
                        AVAILABLE + ", {type: Progressing, status: 'False', reason: ProgressDeadlineExceeded,"
                                + " message: has timed out}")))
                .isEqualTo(ConditionValue.ofFalse("ProgressDeadlineExceeded", "has timed out"));
    }

    @Test
    void podsThatCannotBeMadeAreFalseWithTheirReason() {
        assertThat(Rollout.condition(deployment(
                        "observedGeneration: 2",
                        "{type: Available, status: 'False', reason: MinimumReplicasUnavailable},"
                                + " {type: ReplicaFailure, status: 'True', reason: FailedCreate, message: no quota}")))
                .isEqualTo(ConditionValue.ofFalse("FailedCreate", "no quota"));
    }

    @Test
    void unavailableDeploymentKeepsItsReason() {
        assertThat(Rollout.condition(deployment(
                        "observedGeneration: 2, replicas: 1, updatedReplicas: 1",
                        "{type: Available, status: 'False', reason: MinimumReplicasUnavailable, message: no pod}")))
                .isEqualTo(ConditionValue.ofFalse("MinimumReplicasUnavailable", "no pod"));
    }

    @Test
    void deploymentWithoutConditionsIsUnknown() {
        assertThat(Rollout.condition(deployment("observedGeneration: 2", "")))
                .isEqualTo(
                        ConditionValue.ofUnknown("DeploymentUnavailable", "The Deployment 'it' is not available yet."));
    }

    @Test
    void deploymentOfNoPodsIsComplete() {
        Deployment none = deployment("observedGeneration: 2", AVAILABLE);
        none.getSpec().setReplicas(0);
        assertThat(Rollout.isComplete(none)).isTrue();
    }

    private static void assertUpdating(String status) {
        ConditionValue condition = Rollout.condition(deployment(status, AVAILABLE));
        assertThat(condition.status()).isEqualTo("Unknown");
        assertThat(condition.reason()).isEqualTo("DeploymentUpdating");
    }

    private static Deployment deployment(String status, String conditions) {
        return Serialization.unmarshal(
                "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: it, generation: 2}\nspec: {replicas: 1}\n"
                        + "status: {" + status + ", conditions: [" + conditions + "]}",
                Deployment.class);
    }
}
