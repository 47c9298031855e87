package dev.apiserversource.controller.apiserversource;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

class SourceEventsTest {

    private final Source source = Samples.events("mode: Resource");

    @Nested
    @EnableKubernetesMockClient(crud = true)
    class Written {

        KubernetesClient client;

        @Test
        void speakOfTheSource() {
            new SourceEvents(client, new SettableClock()).warning(source, "SinkNotFound", "gone");
            assertThat(client.v1().events().inNamespace("shop").list().getItems())
                    .singleElement()
                    .satisfies(event -> {
                        assertThat(event.getInvolvedObject().getUid()).isEqualTo(Samples.UID);
                        assertThat(event.getInvolvedObject().getKind()).isEqualTo("ApiServerSource");
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
        void doNoHarm() {
            server.expect()
                    .post()
                    .withPath("/api/v1/namespaces/shop/events")
                    .andReturn(403, "")
                    .once();
            SourceEvents events = new SourceEvents(client, new SettableClock());
            assertThatCode(() -> events.normal(source, "Made", "it")).doesNotThrowAnyException();
        }
    }
}
