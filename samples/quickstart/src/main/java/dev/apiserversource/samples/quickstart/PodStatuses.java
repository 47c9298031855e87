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

/** The status that a kubelet reports for a pod. Times are truncated to seconds, as in Kubernetes. */
final class PodStatuses {

    private PodStatuses() {}

    /** All containers are running since {@code now}. */
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

    /** All containers ran from {@code from} to {@code to} and exited with the {@code exitCode} of each. */
    static PodStatus terminated(Pod pod, Instant from, Instant to, Function<Container, Integer> exitCode) {
        boolean succeeded =
                pod.getSpec().getContainers().stream().allMatch(container -> exitCode.apply(container) == 0);
        return status(
                        pod,
                        succeeded ? "Succeeded" : "Failed",
                        false,
                        container -> terminatedState(exitCode.apply(container), from, to))
                .withStartTime(text(from))
                .build();
    }

    private static ContainerState terminatedState(int exitCode, Instant from, Instant to) {
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
