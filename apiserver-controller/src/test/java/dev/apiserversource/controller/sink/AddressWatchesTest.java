package dev.apiserversource.controller.sink;

import dev.apiserversource.controller.discovery.ApiResource;
import dev.apiserversource.controller.discovery.Discovery;
import dev.apiserversource.controller.sink.Addressing.Absent;
import dev.apiserversource.controller.sink.Addressing.Address;
import dev.apiserversource.controller.sink.Addressing.Present;
import dev.apiserversource.controller.sink.Addressing.Unreadable;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;

@EnableKubernetesMockClient(crud = true)
class AddressWatchesTest {

    private static final ApiResource BROKERS = new ApiResource("eventing.knative.dev", "v1", "brokers", "Broker", true);
    private static final SinkKey KEY = new SinkKey("eventing.knative.dev/v1", "Broker", "shop", "default");
    private static final Discovery DISCOVERY =
            (apiVersion, kind) -> kind.equals("Broker") ? Optional.of(BROKERS) : Optional.empty();

    static KubernetesClient client;

    private final BlockingQueue<SinkKey> changes = new LinkedBlockingQueue<>();
    private AddressWatches watches;

    @BeforeEach
    void watch() {
        client.getKubernetesSerialization()
                .registerKubernetesResource("eventing.knative.dev/v1", "Broker", GenericKubernetesResource.class);
        watches = new AddressWatches(client, DISCOVERY);
        watches.listen(changes::add);
    }

    @AfterEach
    void close() {
        watches.close();
        brokers().inNamespace("shop").delete();
    }

    @Test
    void readsSeveralAddressesAndThenTheOne() throws InterruptedException {
        put(Map.of(
                "addresses", List.of(Map.of("name", "a", "url", "http://a"), Map.of("name", "unusable")),
                "address", Map.of("url", "https://b", "CACerts", "PEM", "audience", "aud")));
        assertThat(watches.find(KEY))
                .isEqualTo(new Present(List.of(
                        new Address("a", "http://a", null, null), new Address(null, "https://b", "PEM", "aud"))));
    }

    @Test
    void objectThatComesIsTold() throws InterruptedException {
        assertThat(watches.find(KEY)).isEqualTo(new Absent());
        put(Map.of("address", Map.of("url", "http://a")));
        assertThat(next()).isEqualTo(KEY);
        assertThat(watches.find(KEY)).isEqualTo(new Present(List.of(new Address(null, "http://a", null, null))));
    }

    @Test
    void onlyAChangeOfTheAddressIsTold() throws InterruptedException {
        put(Map.of("address", Map.of("url", "http://a")));
        watches.find(KEY);
        assertThat(next()).isEqualTo(KEY);
        put(Map.of("address", Map.of("url", "http://a"), "observedGeneration", 7));
        put(Map.of("address", Map.of("url", "http://b")));
        assertThat(next()).isEqualTo(KEY);
        assertThat(watches.find(KEY)).isEqualTo(new Present(List.of(new Address(null, "http://b", null, null))));
        assertThat(changes).isEmpty();
    }

    @Test
    void objectThatGoesIsTold() throws InterruptedException {
        put(Map.of("address", Map.of("url", "http://a")));
        watches.find(KEY);
        assertThat(next()).isEqualTo(KEY);
        brokers().inNamespace("shop").withName("default").delete();
        assertThat(next()).isEqualTo(KEY);
        assertThat(watches.find(KEY)).isEqualTo(new Absent());
    }

    @Test
    void whoNoLongerListensIsNotTold() throws InterruptedException {
        BlockingQueue<SinkKey> other = new LinkedBlockingQueue<>();
        java.util.function.Consumer<SinkKey> listener = other::add;
        watches.listen(listener);
        watches.unlisten(listener);
        watches.find(KEY);
        put(Map.of("address", Map.of("url", "http://a")));
        assertThat(next()).isEqualTo(KEY);
        assertThat(other).isEmpty();
    }

    @Test
    void kindThatNobodyServesIsUnreadable() {
        assertThat(watches.find(new SinkKey("example.com/v1", "Ox", "shop", "a")))
                .isInstanceOfSatisfying(Unreadable.class, no -> assertThat(no.problem())
                        .isEqualTo("the API server serves no kind Ox in example.com/v1: correct spec.sink.ref,"
                                + " or install what serves it"));
    }

    private SinkKey next() throws InterruptedException {
        return changes.poll(10, TimeUnit.SECONDS);
    }

    private void put(Map<String, Object> status) {
        GenericKubernetesResource broker = new GenericKubernetesResourceBuilder()
                .withApiVersion("eventing.knative.dev/v1")
                .withKind("Broker")
                .withNewMetadata()
                .withName("default")
                .withNamespace("shop")
                .endMetadata()
                .addToAdditionalProperties("status", status)
                .build();
        boolean there = brokers().inNamespace("shop").withName("default").get() != null;
        if (there) {
            brokers().inNamespace("shop").resource(broker).update();
        } else {
            brokers().inNamespace("shop").resource(broker).create();
        }
    }

    private io.fabric8.kubernetes.client.dsl.MixedOperation<
                    GenericKubernetesResource,
                    io.fabric8.kubernetes.api.model.GenericKubernetesResourceList,
                    io.fabric8.kubernetes.client.dsl.Resource<GenericKubernetesResource>>
            brokers() {
        return client.genericKubernetesResources(new ResourceDefinitionContext.Builder()
                .withGroup("eventing.knative.dev")
                .withVersion("v1")
                .withPlural("brokers")
                .withKind("Broker")
                .withNamespaced(true)
                .build());
    }
}
