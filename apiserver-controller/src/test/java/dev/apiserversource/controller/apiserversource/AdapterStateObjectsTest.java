package dev.apiserversource.controller.apiserversource;

import dev.apiserversource.controller.SettableClock;
import dev.apiserversource.controller.api.ApiServerSource;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;

@EnableKubernetesMockClient(crud = true)
class AdapterStateObjectsTest {

    static KubernetesMockServer server;
    static KubernetesClient client;

    private final SettableClock clock = new SettableClock();
    private final ApiServerSource source = Samples.events("mode: Resource");

    @AfterEach
    void clear() {
        client.configMaps().inNamespace("shop").delete();
        client.leases().inNamespace("shop").delete();
    }

    @Test
    void createsBothOwnedByTheSource() {
        new AdapterStateObjects(client, clock).ensure(source, false);
        assertThat(configMap().getMetadata().getOwnerReferences())
                .singleElement()
                .satisfies(owner -> {
                    assertThat(owner.getUid()).isEqualTo(Samples.UID);
                    assertThat(owner.getController()).isTrue();
                });
        assertThat(lease()).isNotNull();
    }

    private Lease lease() {
        return client.leases()
                .inNamespace("shop")
                .withName(AdapterMetadata.name(source))
                .get();
    }

    @Test
    void bothBearTheLabelThatAdaptersLeaveOut() {
        new AdapterStateObjects(client, clock).ensure(source, false);

        assertThat(List.of(configMap(), lease()))
                .allSatisfy(object -> assertThat(object.getMetadata().getLabels())
                        .containsEntry("app.kubernetes.io/managed-by", "apiserversource-adapter"));
    }

    @Test
    void keepsWhatTheAdapterWrote() {
        AdapterStateObjects objects = new AdapterStateObjects(client, clock);
        objects.ensure(source, false);
        ConfigMap written = configMap();
        written.setData(Map.of("mark", "7"));
        client.resource(written).update();
        clock.advance(Duration.ofHours(1));
        objects.ensure(source, true);
        assertThat(configMap().getData()).containsEntry("mark", "7");
    }

    @Test
    void checksAgainAfterFiveMinutes() {
        AdapterStateObjects objects = new AdapterStateObjects(client, clock);
        objects.ensure(source, true);
        int requests = server.getRequestCount();
        objects.ensure(source, true);
        assertThat(server.getRequestCount()).isEqualTo(requests);
        client.configMaps()
                .inNamespace("shop")
                .withName(AdapterMetadata.name(source))
                .delete();
        clock.advance(Duration.ofMinutes(5));
        objects.ensure(source, true);
        assertThat(configMap()).isNotNull();
    }

    private ConfigMap configMap() {
        return client.configMaps()
                .inNamespace("shop")
                .withName(AdapterMetadata.name(source))
                .get();
    }
}
