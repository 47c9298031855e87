package dev.apiserversource.controller.sink;

import dev.apiserversource.controller.discovery.ApiResource;
import dev.apiserversource.controller.sink.Addressing.Unreadable;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import org.junit.jupiter.api.Test;

import java.util.Optional;

import static org.assertj.core.api.Assertions.assertThat;

@EnableKubernetesMockClient
class AddressWatchRefusalTest {

    private static final String LIST = "/apis/eventing.knative.dev/v1/brokers?resourceVersion=0";

    KubernetesMockServer server;
    KubernetesClient client;

    @Test
    void forbiddenListSaysHowToGrantItAndIsTriedAgain() {
        server.expect()
                .get()
                .withPath(LIST)
                .andReturn(
                        403, new StatusBuilder().withCode(403).withMessage("no").build())
                .times(2);
        SinkKey key = new SinkKey("eventing.knative.dev/v1", "Broker", "shop", "default");
        try (AddressWatches watches = new AddressWatches(
                client,
                (apiVersion, kind) ->
                        Optional.of(new ApiResource("eventing.knative.dev", "v1", "brokers", "Broker", true)))) {
            assertThat(watches.find(key))
                    .isEqualTo(new Unreadable("the controller may not list and watch brokers.eventing.knative.dev:"
                            + " grant it by a ClusterRole with the label duck.knative.dev/addressable: \"true\""));
            watches.find(key);
            assertThat(server.getRequestCount()).isEqualTo(2);
        }
    }
}
