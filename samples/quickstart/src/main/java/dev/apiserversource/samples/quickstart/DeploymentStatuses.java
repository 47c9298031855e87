package dev.apiserversource.samples.quickstart;

import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentStatus;
import io.fabric8.kubernetes.api.model.apps.DeploymentStatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;

import java.util.Map;

/** Reports of a Deployment of one replica what a cluster's deployment controller does. */
record DeploymentStatuses(KubernetesClient client) {

    /** Writes whether its replica is ready. */
    void report(Deployment deployment, boolean ready) {
        client.apps()
                .deployments()
                .resource(deployment)
                .subresource("status")
                .patch(
                        PatchContext.of(PatchType.JSON_MERGE),
                        client.getKubernetesSerialization().asJson(Map.of("status", status(deployment, ready))));
    }

    private static DeploymentStatus status(Deployment deployment, boolean ready) {
        int replicas = ready ? 1 : 0;
        return new DeploymentStatusBuilder()
                .withObservedGeneration(deployment.getMetadata().getGeneration())
                .withReplicas(1)
                .withUpdatedReplicas(1)
                .withReadyReplicas(replicas)
                .withAvailableReplicas(replicas)
                .withUnavailableReplicas(1 - replicas)
                .addNewCondition()
                .withType("Available")
                .withStatus(ready ? "True" : "False")
                .withReason(ready ? "MinimumReplicasAvailable" : "MinimumReplicasUnavailable")
                .withMessage(
                        ready
                                ? "Deployment has minimum availability."
                                : "Deployment does not have minimum availability.")
                .endCondition()
                .build();
    }
}
