package dev.apiserversource.samples.quickstart;

import dev.apiserversource.samples.embedded.EmbeddedApiServer;
import dev.apiserversource.samples.embedded.EmbeddedApiServerOptions;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.vertx.core.Vertx;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;

class KubeletTest {

    private static final Clock NOON = Clock.fixed(Instant.parse("2026-01-01T12:00:00.123Z"), ZoneOffset.UTC);

    private final Vertx vertx = Vertx.vertx();
    private final ContainerLogs logs = new ContainerLogs();
    private KubernetesClient client;
    private Kubelet kubelet;

    @BeforeEach
    void start() throws Exception {
        EmbeddedApiServer server = EmbeddedApiServer.start(
                        vertx, EmbeddedApiServerOptions.defaults().withPodLogs(logs))
                .toCompletionStage()
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS);
        client = new KubernetesClientBuilder()
                .withConfig(new ConfigBuilder()
                        .withMasterUrl(server.url())
                        .withNamespace("default")
                        .build())
                .build();
        kubelet = new Kubelet(client, logs, NOON);
    }

    @AfterEach
    void stop() throws Exception {
        kubelet.close();
        client.close();
        vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    @Test
    void takesABusyboxThroughItsWholeLife() {
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
    void writesEventsAsTheSchedulerAndTheKubeletDo() {
        Pod pod = create("web", "nginx");

        List<Event> events = awaitEvents(5);

        Event scheduled = events.get(0);
        assertThat(scheduled.getSource().getComponent()).isEqualTo("default-scheduler");
        assertThat(scheduled.getInvolvedObject().getFieldPath()).isNull();
        Event started = events.get(4);
        assertThat(started.getMetadata().getName()).matches("web\\.[0-9a-f]{16}");
        assertThat(started.getType()).isEqualTo("Normal");
        assertThat(started.getCount()).isEqualTo(1);
        assertThat(started.getFirstTimestamp()).isEqualTo("2026-01-01T12:00:00Z");
        assertThat(started.getLastTimestamp()).isEqualTo("2026-01-01T12:00:00Z");
        assertThat(started.getSource().getComponent()).isEqualTo("kubelet");
        assertThat(started.getSource().getHost()).isEqualTo("quickstart");
        assertThat(started.getReportingComponent()).isEqualTo("kubelet");
        assertThat(started.getInvolvedObject().getKind()).isEqualTo("Pod");
        assertThat(started.getInvolvedObject().getUid())
                .isEqualTo(pod.getMetadata().getUid());
        assertThat(started.getInvolvedObject().getFieldPath()).isEqualTo("spec.containers{web}");
    }

    @Test
    void reportsACommandThatFails() {
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
    void letsOtherImagesAndSleepersRun() {
        create("web", "nginx");
        create("sleeper", "busybox", "sleep", "3600");
        create("last", "busybox", "true");

        // The kubelet does one thing after the other: whatever was to end at once has ended before this one.
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
                        10,
                        TimeUnit.SECONDS);
    }

    private List<Event> awaitEvents(int count) {
        client.v1()
                .events()
                .informOnCondition(events -> events.size() == count)
                .orTimeout(10, TimeUnit.SECONDS)
                .join();
        return client.v1().events().list().getItems();
    }
}
