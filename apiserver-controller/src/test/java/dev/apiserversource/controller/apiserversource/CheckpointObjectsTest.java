package dev.apiserversource.controller.apiserversource;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;

@EnableKubernetesMockClient(crud = true)
class CheckpointObjectsTest {

    static KubernetesMockServer server;
    static KubernetesClient client;

    private final SettableClock clock = new SettableClock();
    private final Source source = Samples.events("mode: Resource");

    @AfterEach
    void clear() {
        client.configMaps().inNamespace("shop").delete();
        client.leases().inNamespace("shop").delete();
    }

    @Test
    void makesBothAsTheSourcesOwn() {
        new CheckpointObjects(client, clock).ensure(source, false);
        assertThat(configMap().getMetadata().getOwnerReferences())
                .singleElement()
                .satisfies(owner -> {
                    assertThat(owner.getUid()).isEqualTo(Samples.UID);
                    assertThat(owner.getController()).isTrue();
                });
        assertThat(client.leases()
                        .inNamespace("shop")
                        .withName(source.childName())
                        .get())
                .isNotNull();
    }

    @Test
    void leavesAloneWhatTheAdapterWrote() {
        CheckpointObjects checkpoint = new CheckpointObjects(client, clock);
        checkpoint.ensure(source, false);
        ConfigMap written = configMap();
        written.setData(Map.of("mark", "7"));
        client.resource(written).update();
        clock.advance(Duration.ofHours(1));
        checkpoint.ensure(source, true);
        assertThat(configMap().getData()).containsEntry("mark", "7");
    }

    @Test
    void looksAgainAfterFiveMinutesOnly() {
        CheckpointObjects checkpoint = new CheckpointObjects(client, clock);
        checkpoint.ensure(source, true);
        int asked = server.getRequestCount();
        checkpoint.ensure(source, true);
        assertThat(server.getRequestCount()).isEqualTo(asked);
        client.configMaps().inNamespace("shop").withName(source.childName()).delete();
        clock.advance(Duration.ofMinutes(5));
        checkpoint.ensure(source, true);
        assertThat(configMap()).isNotNull();
    }

    private ConfigMap configMap() {
        return client.configMaps()
                .inNamespace("shop")
                .withName(source.childName())
                .get();
    }
}
