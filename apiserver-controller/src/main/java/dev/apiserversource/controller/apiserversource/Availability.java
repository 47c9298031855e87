package dev.apiserversource.controller.apiserversource;

import dev.apiserversource.controller.api.Condition;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentCondition;
import org.jspecify.annotations.Nullable;

import java.util.Optional;
import java.util.stream.Stream;

/** What a Deployment says of itself, as a judgement. */
final class Availability {

    private Availability() {}

    static Judgement of(Deployment deployment) {
        return available(deployment)
                .map(Availability::judgement)
                .orElseGet(() -> Judgement.unknown(
                        "DeploymentUnavailable",
                        "The Deployment '" + deployment.getMetadata().getName() + "' is not available yet."));
    }

    private static Judgement judgement(DeploymentCondition available) {
        return available.getStatus().equals(Condition.TRUE)
                ? Judgement.GOOD
                : new Judgement(available.getStatus(), text(available.getReason()), text(available.getMessage()));
    }

    private static Optional<DeploymentCondition> available(Deployment deployment) {
        return Stream.ofNullable(deployment.getStatus())
                .flatMap(status -> status.getConditions().stream())
                .filter(condition -> condition.getType().equals("Available"))
                .findFirst();
    }

    private static String text(@Nullable String text) {
        return text == null ? "" : text;
    }
}
