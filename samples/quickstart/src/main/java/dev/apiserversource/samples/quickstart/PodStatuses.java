package dev.apiserversource.samples.quickstart;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateBuilder;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.function.Function;

/** What a kubelet reports of a pod. Times are cut to the second, as in Kubernetes. */
final class PodStatuses {

    private PodStatuses() {}

    /** All containers run since {@code now}. */
    static PodStatus running(Pod pod, Instant now) {
        ContainerState state = new ContainerStateBuilder()
                .withNewRunning()
                .withStartedAt(text(now))
                .endRunning()
                .build();
        return status(pod, "Running", true, container -> state)
                .withStartTime(text(now))
                .build();
    }

    /** All containers have ended with what {@code exitCode} says of each. */
    static PodStatus ended(Pod pod, Instant from, Instant to, Function<Container, Integer> exitCode) {
        boolean succeeded =
                pod.getSpec().getContainers().stream().allMatch(container -> exitCode.apply(container) == 0);
        return status(
                        pod,
                        succeeded ? "Succeeded" : "Failed",
                        false,
                        container -> terminated(exitCode.apply(container), from, to))
                .withStartTime(text(from))
                .build();
    }

    private static ContainerState terminated(int exitCode, Instant from, Instant to) {
        return new ContainerStateBuilder()
                .withNewTerminated()
                .withExitCode(exitCode)
                .withReason(exitCode == 0 ? "Completed" : "Error")
                .withStartedAt(text(from))
                .withFinishedAt(text(to))
                .endTerminated()
                .build();
    }

    private static PodStatusBuilder status(
            Pod pod, String phase, boolean ready, Function<Container, ContainerState> state) {
        return new PodStatusBuilder()
                .withPhase(phase)
                .addNewCondition()
                .withType("Ready")
                .withStatus(ready ? "True" : "False")
                .endCondition()
                .withContainerStatuses(pod.getSpec().getContainers().stream()
                        .map(container -> containerStatus(container, ready, state.apply(container)))
                        .toList());
    }

    private static ContainerStatus containerStatus(Container container, boolean ready, ContainerState state) {
        return new ContainerStatusBuilder()
                .withName(container.getName())
                .withImage(container.getImage())
                .withReady(ready)
                .withStarted(ready)
                .withRestartCount(0)
                .withState(state)
                .build();
    }

    private static String text(Instant time) {
        return time.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
