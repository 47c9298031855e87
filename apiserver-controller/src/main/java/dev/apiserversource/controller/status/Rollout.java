package dev.apiserversource.controller.status;

import dev.apiserversource.controller.api.Condition;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentCondition;
import io.fabric8.kubernetes.api.model.apps.DeploymentStatus;
import io.fabric8.kubernetes.client.KubernetesClientException;
import org.jspecify.annotations.Nullable;

import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The progress of a Deployment. It is complete when all pods run its current template, as {@code kubectl rollout
 * status} has it. An old pod that is still available says nothing about the new template.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#deployment-status">Deployment
 *     status</a>
 */
public final class Rollout {

    /** The reason of the condition when the API server refuses the Deployment or what it needs. */
    public static final String REFUSED = "Refused";

    private static final String UPDATING = "DeploymentUpdating";

    private Rollout() {}

    /** Whether all pods run the current template and are available. */
    public static boolean isComplete(Deployment deployment) {
        return condition(deployment).isTrue();
    }

    /** Whether all pods run the current template, available or not. */
    public static boolean hasNoOldPods(Deployment deployment) {
        DeploymentStatus status = deployment.getStatus();
        return status != null && isObserved(deployment) && onlyCurrentPods(deployment, status);
    }

    /**
     * The condition Deployed. A failure to make pods and an exceeded deadline are False with their own reason. A
     * roll-out in progress is Unknown.
     */
    public static ConditionValue condition(Deployment deployment) {
        DeploymentStatus status = deployment.getStatus();
        if (status == null
                || status.getConditions() == null
                || status.getConditions().isEmpty()) {
            return unknown("DeploymentUnavailable", deployment, "is not available yet");
        }
        if (!isObserved(deployment)) {
            return unknown(UPDATING, deployment, "is being updated");
        }
        return find(status, "ReplicaFailure", Condition.TRUE)
                .or(() -> find(status, "Progressing", Condition.FALSE))
                .map(Rollout::failure)
                .orElseGet(() -> progress(deployment, status));
    }

    /** The condition Deployed when the API server refuses the Deployment or what it needs. */
    public static ConditionValue refused(KubernetesClientException refusal) {
        String message = refusal.getStatus() == null
                ? refusal.getMessage()
                : refusal.getStatus().getMessage();
        return ConditionValue.ofFalse(REFUSED, "the API server refuses what the adapter needs: " + message);
    }

    /** The status of an older generation says nothing about the current template. */
    private static boolean isObserved(Deployment deployment) {
        Long generation = deployment.getMetadata().getGeneration();
        Long observed = deployment.getStatus().getObservedGeneration();
        return generation == null || (observed != null && observed >= generation);
    }

    private static ConditionValue progress(Deployment deployment, DeploymentStatus status) {
        Optional<DeploymentCondition> unavailable =
                find(status, "Available", Condition.FALSE).or(() -> find(status, "Available", Condition.UNKNOWN));
        if (unavailable.isPresent()) {
            return new ConditionValue(
                    unavailable.get().getStatus(),
                    orEmpty(unavailable.get().getReason()),
                    orEmpty(unavailable.get().getMessage()));
        }
        if (find(status, "Available", Condition.TRUE).isEmpty()) {
            return unknown("DeploymentUnavailable", deployment, "is not available yet");
        }
        return isRolledOut(deployment, status)
                ? ConditionValue.TRUE
                : unknown(UPDATING, deployment, "has pods that are not updated or not available yet");
    }

    private static boolean isRolledOut(Deployment deployment, DeploymentStatus status) {
        return onlyCurrentPods(deployment, status) && orZero(status.getUnavailableReplicas()) == 0;
    }

    private static boolean onlyCurrentPods(Deployment deployment, DeploymentStatus status) {
        Integer specified =
                deployment.getSpec() == null ? null : deployment.getSpec().getReplicas();
        int desired = specified == null ? 1 : specified;
        return orZero(status.getUpdatedReplicas()) == desired && orZero(status.getReplicas()) == desired;
    }

    private static ConditionValue failure(DeploymentCondition condition) {
        return ConditionValue.ofFalse(orEmpty(condition.getReason()), orEmpty(condition.getMessage()));
    }

    private static ConditionValue unknown(String reason, Deployment deployment, String state) {
        return ConditionValue.ofUnknown(
                reason, "The Deployment '" + deployment.getMetadata().getName() + "' " + state + ".");
    }

    private static Optional<DeploymentCondition> find(DeploymentStatus status, String type, String value) {
        return Stream.ofNullable(status.getConditions())
                .flatMap(conditions -> conditions.stream())
                .filter(condition -> type.equals(condition.getType()) && value.equals(condition.getStatus()))
                .findFirst();
    }

    private static int orZero(@Nullable Integer number) {
        return Objects.requireNonNullElse(number, 0);
    }

    private static String orEmpty(@Nullable String text) {
        return Objects.requireNonNullElse(text, "");
    }
}
