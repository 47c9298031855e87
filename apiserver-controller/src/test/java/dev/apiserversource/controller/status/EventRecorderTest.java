package dev.apiserversource.controller.status;

import dev.apiserversource.controller.SettableClock;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

class EventRecorderTest {

    private final ConfigMap regarding = new ConfigMapBuilder()
            .withNewMetadata()
            .withName("events")
            .withNamespace("shop")
            .withUid("uid-1")
            .endMetadata()
            .build();

    @Nested
    @EnableKubernetesMockClient(crud = true)
    class Written {

        KubernetesClient client;

        @Test
        void referToTheObject() {
            new EventRecorder(client, new SettableClock()).warning(regarding, "SinkNotFound", "gone");
            assertThat(client.v1().events().inNamespace("shop").list().getItems())
                    .singleElement()
                    .satisfies(event -> {
                        assertThat(event.getInvolvedObject().getUid()).isEqualTo("uid-1");
                        assertThat(event.getInvolvedObject().getKind()).isEqualTo("ConfigMap");
                        assertThat(event.getType()).isEqualTo("Warning");
                        assertThat(event.getReason()).isEqualTo("SinkNotFound");
                        assertThat(event.getMessage()).isEqualTo("gone");
                        assertThat(event.getLastTimestamp()).isEqualTo("2026-01-01T00:00:00Z");
                        assertThat(event.getSource().getComponent()).isEqualTo("apiserversource-controller");
                    });
        }
    }

    @Nested
    @EnableKubernetesMockClient
    class Refused {

        KubernetesMockServer server;
        KubernetesClient client;

        @Test
        void areIgnored() {
            server.expect()
                    .post()
                    .withPath("/api/v1/namespaces/shop/events")
                    .andReturn(403, "")
                    .once();
            EventRecorder recorder = new EventRecorder(client, new SettableClock());
            assertThatCode(() -> recorder.normal(regarding, "Made", "it")).doesNotThrowAnyException();
        }
    }
}
