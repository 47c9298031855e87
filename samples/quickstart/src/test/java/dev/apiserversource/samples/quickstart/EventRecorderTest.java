package dev.apiserversource.samples.quickstart;

import dev.apiserversource.samples.embedded.kubectl.PodLogs;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

class EventRecorderTest {

    private static final Clock NOON = Clock.fixed(Instant.parse("2026-01-01T12:00:00.123Z"), ZoneOffset.UTC);
    private static final Pod POD = new PodBuilder()
            .withNewMetadata()
            .withNamespace("default")
            .withName("web")
            .withUid("u-1")
            .withResourceVersion("7")
            .endMetadata()
            .withNewSpec()
            .addNewContainer()
            .withName("nginx")
            .endContainer()
            .endSpec()
            .build();

    private final TestApiServer server = new TestApiServer(PodLogs.NONE);
    private final EventRecorder recorder = new EventRecorder(server.client(), NOON, "quickstart");

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void recordsWhatTheSchedulerDoesWithAPod() {
        recorder.scheduled(POD);

        Event event = recorded().get(0);
        assertThat(event.getReason()).isEqualTo("Scheduled");
        assertThat(event.getMessage()).isEqualTo("Successfully assigned default/web to quickstart");
        assertThat(event.getSource().getComponent()).isEqualTo("default-scheduler");
        assertThat(event.getInvolvedObject().getFieldPath()).isNull();
    }

    @Test
    void recordsWhatTheKubeletDoesWithAContainer() {
        recorder.record(POD, POD.getSpec().getContainers().get(0), "Started", "Started container nginx");

        Event event = recorded().get(0);
        assertThat(event.getMetadata().getName()).matches("web\\.[0-9a-f]{16}");
        assertThat(event.getType()).isEqualTo("Normal");
        assertThat(event.getReason()).isEqualTo("Started");
        assertThat(event.getCount()).isEqualTo(1);
        assertThat(event.getFirstTimestamp()).isEqualTo("2026-01-01T12:00:00Z");
        assertThat(event.getLastTimestamp()).isEqualTo("2026-01-01T12:00:00Z");
        assertThat(event.getSource().getComponent()).isEqualTo("kubelet");
        assertThat(event.getSource().getHost()).isEqualTo("quickstart");
        assertThat(event.getReportingComponent()).isEqualTo("kubelet");
        assertThat(event.getInvolvedObject().getKind()).isEqualTo("Pod");
        assertThat(event.getInvolvedObject().getUid()).isEqualTo("u-1");
        assertThat(event.getInvolvedObject().getResourceVersion()).isEqualTo("7");
        assertThat(event.getInvolvedObject().getFieldPath()).isEqualTo("spec.containers{nginx}");
    }

    @Test
    void namesNoTwoEventsTheSame() {
        recorder.scheduled(POD);
        recorder.scheduled(POD);

        assertThat(recorded()).hasSize(2);
    }

    private List<Event> recorded() {
        return server.client().v1().events().list().getItems();
    }
}
