package dev.apiserversource.controller.sink;

import dev.apiserversource.controller.EmbeddedCluster;
import dev.apiserversource.controller.discovery.ApiResource;
import dev.apiserversource.controller.discovery.Discovery;
import dev.apiserversource.controller.sink.Addressing.Absent;
import dev.apiserversource.controller.sink.Addressing.Address;
import dev.apiserversource.controller.sink.Addressing.Present;
import dev.apiserversource.controller.sink.Addressing.Unreadable;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceBuilder;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.fabric8.kubernetes.client.utils.Serialization;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

class AddressWatchesTest {

    private static final ApiResource BROKERS = new ApiResource("eventing.knative.dev", "v1", "brokers", "Broker", true);
    private static final SinkKey KEY = new SinkKey("eventing.knative.dev/v1", "Broker", "shop", "default");
    private static final ApiResource BUSES = new ApiResource("test.example", "v1", "buses", "Bus", false);
    private static final Discovery DISCOVERY = (apiVersion, kind) -> Stream.of(BROKERS, BUSES)
            .filter(served -> served.kind().equals(kind))
            .findFirst();

    private static final String CRD = """
            apiVersion: apiextensions.k8s.io/v1
            kind: CustomResourceDefinition
            metadata: {name: brokers.eventing.knative.dev}
            spec:
              group: eventing.knative.dev
              scope: Namespaced
              names: {kind: Broker, plural: brokers, singular: broker, listKind: BrokerList}
              versions:
                - name: v1
                  served: true
                  storage: true
                  schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
            """;

    private static final String WITHOUT_NAMESPACES = """
            apiVersion: apiextensions.k8s.io/v1
            kind: CustomResourceDefinition
            metadata: {name: buses.test.example}
            spec:
              group: test.example
              scope: Cluster
              names: {kind: Bus, plural: buses, singular: bus, listKind: BusList}
              versions:
                - name: v1
                  served: true
                  storage: true
                  schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
            """;

    @RegisterExtension
    final EmbeddedCluster cluster = new EmbeddedCluster();

    private final BlockingQueue<SinkKey> changes = new LinkedBlockingQueue<>();
    private AddressWatches watches;

    @BeforeEach
    void watch() {
        cluster.client()
                .resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName("shop")
                        .endMetadata()
                        .build())
                .create();
        cluster.client()
                .resource(Serialization.unmarshal(CRD, CustomResourceDefinition.class))
                .create();
        watches = new AddressWatches(cluster.client(), DISCOVERY);
        watches.listen(changes::add);
    }

    @AfterEach
    void close() {
        watches.close();
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
    void objectThatLivesInNoNamespaceIsFoundFromAll() throws InterruptedException {
        cluster.client()
                .resource(Serialization.unmarshal(WITHOUT_NAMESPACES, CustomResourceDefinition.class))
                .create();
        SinkKey wish = new SinkKey("test.example/v1", "Bus", "shop", "main");
        assertThat(watches.find(wish)).isEqualTo(new Absent());
        cluster.client()
                .resource(Serialization.unmarshal(
                        "apiVersion: test.example/v1\nkind: Bus\nmetadata: {name: main}\n"
                                + "status: {address: {url: 'http://a'}}",
                        GenericKubernetesResource.class))
                .create();
        assertThat(next()).satisfies(told -> assertThat(told.isMeantBy(wish)).isTrue());
        assertThat(watches.find(wish)).isEqualTo(new Present(List.of(new Address(null, "http://a", null, null))));
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
        return cluster.client()
                .genericKubernetesResources(new ResourceDefinitionContext.Builder()
                        .withGroup("eventing.knative.dev")
                        .withVersion("v1")
                        .withPlural("brokers")
                        .withKind("Broker")
                        .withNamespaced(true)
                        .build());
    }
}
