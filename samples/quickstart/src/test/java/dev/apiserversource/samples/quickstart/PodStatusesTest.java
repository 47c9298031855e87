package dev.apiserversource.samples.quickstart;

import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodStatus;
import org.junit.jupiter.api.Test;

import java.time.Instant;

import static org.assertj.core.api.Assertions.assertThat;

class PodStatusesTest {

    private static final Instant START = Instant.parse("2026-01-01T12:00:00.123Z");
    private static final Pod POD = new PodBuilder()
            .withNewSpec()
            .addNewContainer()
            .withName("one")
            .withImage("busybox")
            .endContainer()
            .addNewContainer()
            .withName("two")
            .withImage("busybox")
            .endContainer()
            .endSpec()
            .build();

    @Test
    void isReadyWhileItsContainersRun() {
        PodStatus status = PodStatuses.running(POD, START);

        assertThat(status.getPhase()).isEqualTo("Running");
        assertThat(status.getStartTime()).isEqualTo("2026-01-01T12:00:00Z");
        assertThat(status.getConditions().get(0).getStatus()).isEqualTo("True");
        assertThat(status.getContainerStatuses()).hasSize(2).allMatch(ContainerStatus::getReady);
    }

    @Test
    void hasSucceededWhenEveryContainerExitedWith0() {
        PodStatus status = PodStatuses.terminated(POD, START, START.plusSeconds(3), container -> 0);

        assertThat(status.getPhase()).isEqualTo("Succeeded");
        assertThat(status.getConditions().get(0).getStatus()).isEqualTo("False");
        assertThat(status.getContainerStatuses())
                .extracting(container -> container.getState().getTerminated())
                .allSatisfy(terminated -> {
                    assertThat(terminated.getReason()).isEqualTo("Completed");
                    assertThat(terminated.getFinishedAt()).isEqualTo("2026-01-01T12:00:03Z");
                });
    }

    @Test
    void hasFailedWhenOneContainerExitedWithAnotherCode() {
        PodStatus status = PodStatuses.terminated(
                POD, START, START, container -> container.getName().equals("two") ? 1 : 0);

        assertThat(status.getPhase()).isEqualTo("Failed");
        assertThat(status.getContainerStatuses())
                .extracting(container -> container.getState().getTerminated().getReason())
                .containsExactly("Completed", "Error");
    }
}
