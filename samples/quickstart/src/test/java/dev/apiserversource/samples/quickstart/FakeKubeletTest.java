package dev.apiserversource.samples.quickstart;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;

class FakeKubeletTest {

    private static final Clock NOON = Clock.fixed(Instant.parse("2026-01-01T12:00:00.123Z"), ZoneOffset.UTC);

    private final FakeKubelet.Logs logs = new FakeKubelet.Logs();
    private final TestApiServer server = new TestApiServer(logs);
    private final KubernetesClient client = server.client();
    private final FakeKubelet kubelet = new FakeKubelet(client, logs, NOON);

    @AfterEach
    void close() {
        kubelet.close();
        server.close();
    }

    @Test
    void runsABusyboxPodToCompletion() {
        create("busybox", "busybox", "echo", "hi");

        Pod ended = await("busybox", "Succeeded");

        assertThat(client.pods().withName("busybox").getLog()).isEqualTo("hi\n");
        assertThat(ended.getStatus()
                        .getContainerStatuses()
                        .get(0)
                        .getState()
                        .getTerminated()
                        .getReason())
                .isEqualTo("Completed");

        client.pods().withName("busybox").delete();

        assertThat(awaitEvents(6))
                .extracting(Event::getReason, Event::getMessage)
                .extracting(Object::toString)
                .containsExactly(
                        "(\"Scheduled\", \"Successfully assigned default/busybox to quickstart\")",
                        "(\"Pulling\", \"Pulling image \"busybox\"\")",
                        "(\"Pulled\", \"Successfully pulled image \"busybox\"\")",
                        "(\"Created\", \"Created container busybox\")",
                        "(\"Started\", \"Started container busybox\")",
                        "(\"Killing\", \"Stopping container busybox\")");
        assertThat(logs.find("default", "busybox")).isEmpty();
    }

    @Test
    void reportsTheExitCodeOfACommandThatFails() {
        create("busybox", "busybox:1.36", "nonsense");

        Pod ended = await("busybox", "Failed");

        assertThat(ended.getStatus()
                        .getContainerStatuses()
                        .get(0)
                        .getState()
                        .getTerminated()
                        .getExitCode())
                .isEqualTo(127);
        assertThat(client.pods().withName("busybox").getLog()).startsWith("nonsense: not found");
    }

    @Test
    void keepsOtherImagesAndSleepersRunning() {
        create("web", "nginx");
        create("sleeper", "busybox", "sleep", "3600");
        create("last", "busybox", "true");

        // The kubelet runs one pod after the other, so the earlier ones have reached their phase.
        await("last", "Succeeded");

        assertThat(client.pods().list().getItems())
                .extracting(pod ->
                        pod.getMetadata().getName() + " " + pod.getStatus().getPhase())
                .containsExactlyInAnyOrder("web Running", "sleeper Running", "last Succeeded");
    }

    private Pod create(String name, String image, String... args) {
        return client.pods()
                .resource(new PodBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .endMetadata()
                        .withNewSpec()
                        .addNewContainer()
                        .withName(name)
                        .withImage(image)
                        .withArgs(args)
                        .endContainer()
                        .endSpec()
                        .build())
                .create();
    }

    private Pod await(String name, String phase) {
        return client.pods()
                .withName(name)
                .waitUntilCondition(
                        pod -> pod != null
                                && pod.getStatus() != null
                                && phase.equals(pod.getStatus().getPhase()),
                        1,
                        TimeUnit.MINUTES);
    }

    private List<Event> awaitEvents(int count) {
        client.v1()
                .events()
                .informOnCondition(events -> events.size() == count)
                .orTimeout(60, TimeUnit.SECONDS)
                .join();
        return client.v1().events().list().getItems();
    }
}
