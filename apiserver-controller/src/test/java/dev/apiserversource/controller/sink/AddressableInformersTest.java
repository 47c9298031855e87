package dev.apiserversource.controller.sink;

import dev.apiserversource.controller.EmbeddedCluster;
import dev.apiserversource.controller.RecordingController;
import dev.apiserversource.controller.SettableClock;
import dev.apiserversource.controller.api.Destination;
import dev.apiserversource.controller.api.Destination.ObjectRef;
import dev.apiserversource.controller.discovery.ApiResource;
import dev.apiserversource.controller.discovery.Discovery;
import dev.apiserversource.controller.namespaces.NamespaceScope;
import dev.apiserversource.controller.sink.AddressLookup.Address;
import dev.apiserversource.controller.sink.AddressLookup.Found;
import dev.apiserversource.controller.sink.AddressLookup.NotFound;
import dev.apiserversource.controller.sink.AddressLookup.Unavailable;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceList;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.MixedOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.api.config.ConfigurationService;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.Controller;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

class AddressableInformersTest {

    private static final ApiResource BROKERS = new ApiResource("eventing.knative.dev", "v1", "brokers", "Broker", true);
    private static final ApiResource BUSES = new ApiResource("test.example", "v1", "buses", "Bus", false);
    private static final ApiResource SERVICES = new ApiResource("", "v1", "services", "Service", true);
    private static final ApiResource DEPLOYMENTS = new ApiResource("apps", "v1", "deployments", "Deployment", true);
    private static final ApiResource ROLES = new ApiResource("rbac.authorization.k8s.io", "v1", "roles", "Role", true);
    private static final ApiResource CONFIG_MAPS = new ApiResource("", "v1", "configmaps", "ConfigMap", true);
    private static final Discovery DISCOVERY =
            (apiVersion, kind) -> Stream.of(BROKERS, BUSES, SERVICES, CONFIG_MAPS, DEPLOYMENTS, ROLES)
                    .filter(served -> served.kind().equals(kind))
                    .findFirst();
    private static final SinkKey BROKER = new SinkKey("eventing.knative.dev/v1", "Broker", "shop", "default");
    private static final SinkKey BUS = new SinkKey("test.example/v1", "Bus", "default", "main");
    private static final SinkKey SERVICE = new SinkKey("v1", "Service", "shop", "display");
    private static final SinkKey CONFIG_MAP = new SinkKey("v1", "ConfigMap", "shop", "display");
    private static final Map<String, SinkKey> KEYS =
            Map.of("broker", BROKER, "bus", BUS, "service", SERVICE, "configmap", CONFIG_MAP);

    private final SettableClock clock = new SettableClock();
    private final AddressableInformers<ConfigMap> informers = new AddressableInformers<>(
            DISCOVERY, AddressableInformersTest::destinations, NamespaceScope.CLUSTER, clock);

    private static Stream<Destination> destinations(ConfigMap source) {
        SinkKey key = key(source);
        return Stream.of(new Destination(
                new ObjectRef(key.apiVersion(), key.kind(), key.name(), key.namespace(), null), null, null, null));
    }

    private static SinkKey key(ConfigMap source) {
        return KEYS.get(RecordingController.field(source));
    }

    @Nested
    class OnAnApiServer {

        @RegisterExtension
        final EmbeddedCluster cluster = new EmbeddedCluster();

        private RecordingController<AddressLookup.Result> controller;

        @BeforeEach
        void start() {
            cluster.client()
                    .resource(new NamespaceBuilder()
                            .withNewMetadata()
                            .withName("shop")
                            .endMetadata()
                            .build())
                    .create();
            createCrd(BROKERS, "Namespaced");
            createCrd(BUSES, "Cluster");
            controller = new RecordingController<>(
                    cluster.client(),
                    context -> {
                        informers.addIndex(context);
                        return List.of();
                    },
                    this::lookUp);
        }

        private AddressLookup.Result lookUp(Context<ConfigMap> context) {
            return informers.lookup(context.eventSourceRetriever()).find(key(context.getPrimaryResource()));
        }

        @AfterEach
        void stop() {
            controller.close();
        }

        @Test
        void readsAllAddresses() throws InterruptedException {
            put(Map.of(
                    "addresses", List.of(Map.of("name", "a", "url", "http://a"), Map.of("name", "unusable")),
                    "address", Map.of("url", "https://b", "CACerts", "PEM", "audience", "aud")));
            controller.createSource("events", "broker");
            assertThat(controller.next().result())
                    .isEqualTo(new Found(
                            List.of(
                                    new Address("a", "http://a", null, null),
                                    new Address(null, "https://b", "PEM", "aud")),
                            BROKER.apiVersion()));
        }

        @Test
        void requeuesWhenTheObjectIsCreatedOrDeleted() throws InterruptedException {
            controller.createSource("events", "broker");
            assertThat(controller.next().result()).isEqualTo(new NotFound());
            put(Map.of("address", Map.of("url", "http://a")));
            assertThat(controller.next().result()).isEqualTo(found("http://a"));
            brokers().inNamespace("shop").withName("default").delete();
            assertThat(controller.next().result()).isEqualTo(new NotFound());
        }

        @Test
        void requeuesWhenTheAddressChangesAndForNothingElse() throws InterruptedException {
            controller.createSource("events", "broker");
            assertThat(controller.next().result()).isEqualTo(new NotFound());
            put(Map.of("address", Map.of("url", "http://a")));
            assertThat(controller.next().result()).isEqualTo(found("http://a"));
            put(Map.of("address", Map.of("url", "http://a"), "observedGeneration", 7));
            put(Map.of("address", Map.of("url", "http://b")));
            assertThat(controller.next().result()).isEqualTo(found("http://b"));
            assertThat(controller.isIdle()).isTrue();
        }

        @Test
        void requeuesOnlySourcesThatReferenceTheObject() throws InterruptedException {
            controller.createSource("other", "bus");
            assertThat(controller.next().source()).isEqualTo("other");
            controller.createSource("events", "broker");
            assertThat(controller.next().source()).isEqualTo("events");
            put(Map.of("address", Map.of("url", "http://a")));
            assertThat(controller.next().source()).isEqualTo("events");
            assertThat(controller.isIdle()).isTrue();
        }

        @Test
        void findsAClusterScopedObjectFromANamespace() throws InterruptedException {
            controller.createSource("events", "bus");
            assertThat(controller.next().result()).isEqualTo(new NotFound());
            cluster.client()
                    .resource(Serialization.unmarshal(
                            "apiVersion: test.example/v1\nkind: Bus\nmetadata: {name: main}\n"
                                    + "status: {address: {url: 'http://a'}}",
                            GenericKubernetesResource.class))
                    .create();
            assertThat(controller.next().result())
                    .isEqualTo(new Found(List.of(new Address(null, "http://a", null, null)), "test.example/v1"));
        }

        @Test
        void followsServicesAndNoOtherCoreKind() throws InterruptedException {
            controller.createSource("events", "service");
            assertThat(controller.next().result()).isEqualTo(new NotFound());
            cluster.client()
                    .resource(Serialization.unmarshal(
                            "apiVersion: v1\nkind: Service\nmetadata: {name: display, namespace: shop}", Service.class))
                    .create();
            assertThat(controller.next().result()).isEqualTo(new Found(List.of(), "v1"));
            controller.createSource("other", "configmap");
            assertThat(controller.next().result())
                    .isEqualTo(new Unavailable(
                            "ConfigMap has no address: name a Service or an Addressable in spec.sink.ref"));
        }

        @Test
        void stopsWatchingWhatNoSourceReferences() throws InterruptedException {
            controller.createSource("events", "broker");
            assertThat(controller.next().result()).isEqualTo(new NotFound());
            assertThat(informers.watched()).containsExactly(BROKERS);
            cluster.client()
                    .configMaps()
                    .inNamespace("default")
                    .withName("events")
                    .delete();
            controller.createSource("other", "service");
            assertThat(controller.next().result()).isEqualTo(new NotFound());
            clock.advance(Duration.ofMinutes(1));
            controller.createSource("third", "service");
            assertThat(controller.next().result()).isEqualTo(new NotFound());
            assertThat(informers.watched()).containsExactly(SERVICES);
        }

        private void createCrd(ApiResource resource, String scope) {
            String crd = """
                    apiVersion: apiextensions.k8s.io/v1
                    kind: CustomResourceDefinition
                    metadata: {name: PLURAL.GROUP}
                    spec:
                      group: GROUP
                      scope: SCOPE
                      names: {kind: KIND, plural: PLURAL, listKind: KINDList}
                      versions:
                        - name: v1
                          served: true
                          storage: true
                          schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
                    """.replace("PLURAL", resource.plural())
                    .replace("GROUP", resource.group())
                    .replace("SCOPE", scope)
                    .replace("KIND", resource.kind());
            cluster.client()
                    .resource(Serialization.unmarshal(crd, CustomResourceDefinition.class))
                    .create();
        }

        private void put(Map<String, Object> status) {
            GenericKubernetesResource broker = new GenericKubernetesResource();
            broker.setApiVersion("eventing.knative.dev/v1");
            broker.setKind("Broker");
            broker.setMetadata(new ObjectMetaBuilder()
                    .withName("default")
                    .withNamespace("shop")
                    .build());
            broker.setAdditionalProperty("status", status);
            Resource<GenericKubernetesResource> resource =
                    brokers().inNamespace("shop").resource(broker);
            if (resource.get() == null) {
                resource.create();
            } else {
                resource.update();
            }
        }

        private MixedOperation<
                        GenericKubernetesResource, GenericKubernetesResourceList, Resource<GenericKubernetesResource>>
                brokers() {
            return cluster.client()
                    .genericKubernetesResources(new ResourceDefinitionContext.Builder()
                            .withGroup(BROKERS.group())
                            .withVersion(BROKERS.version())
                            .withPlural(BROKERS.plural())
                            .withKind(BROKERS.kind())
                            .withNamespaced(true)
                            .build());
        }
    }

    @Nested
    @EnableKubernetesMockClient
    class Unreadable {

        KubernetesMockServer server;
        KubernetesClient client;

        @Test
        void forbiddenResourceNamesTheRemedyAndIsListedAgain() {
            server.expect()
                    .get()
                    .withPath("/apis/eventing.knative.dev/v1/brokers?limit=1")
                    .andReturn(
                            403,
                            new StatusBuilder().withCode(403).withMessage("no").build())
                    .times(2);
            server.expect()
                    .get()
                    .withPath("/apis/eventing.knative.dev/v1/brokers?limit=1")
                    .andReturn(404, "")
                    .always();
            AddressLookup lookup = informers.lookup(unstartedController().getEventSourceManager());
            Unavailable forbidden =
                    new Unavailable("the controller may not list and watch brokers.eventing.knative.dev:"
                            + " grant it by a ClusterRole with the label duck.knative.dev/addressable: \"true\"");
            assertThat(lookup.find(BROKER)).isEqualTo(forbidden);
            assertThat(lookup.find(BROKER)).isEqualTo(forbidden);
            assertThat(lookup.find(BROKER))
                    .isInstanceOfSatisfying(Unavailable.class, result -> assertThat(result.problem())
                            .startsWith("brokers.eventing.knative.dev cannot be listed: "));
        }

        @Test
        void kindsOfKubernetesAreNotListed() {
            AddressLookup lookup = informers.lookup(unstartedController().getEventSourceManager());
            assertThat(lookup.find(new SinkKey("apps/v1", "Deployment", "shop", "a")))
                    .isInstanceOf(Unavailable.class);
            assertThat(lookup.find(new SinkKey("rbac.authorization.k8s.io/v1", "Role", "shop", "a")))
                    .isInstanceOf(Unavailable.class);
            assertThat(server.getRequestCount()).isZero();
        }

        @Test
        void objectsOutsideTheScopeAreNotListed() {
            AddressableInformers<ConfigMap> inShop = new AddressableInformers<>(
                    DISCOVERY, AddressableInformersTest::destinations, new NamespaceScope(Set.of("shop")), clock);
            AddressLookup lookup = inShop.lookup(unstartedController().getEventSourceManager());
            assertThat(lookup.find(new SinkKey("v1", "Service", "billing", "display")))
                    .isEqualTo(new Unavailable("the controller has CLUSTER_ACCESS=false and reads no objects in"
                            + " namespace billing: name a sink in another namespace, or use spec.sink.uri"));
            assertThat(lookup.find(BUS))
                    .isInstanceOfSatisfying(Unavailable.class, result -> assertThat(result.problem())
                            .contains("reads no cluster-scoped objects"));
            assertThat(server.getRequestCount()).isZero();
        }

        @Test
        void kindThatIsNotServedNamesTheRemedy() {
            AddressLookup lookup = informers.lookup(unstartedController().getEventSourceManager());
            assertThat(lookup.find(new SinkKey("example.com/v1", "Ox", "shop", "a")))
                    .isEqualTo(new Unavailable("the API server serves no kind Ox in example.com/v1:"
                            + " correct spec.sink.ref, or install what serves it"));
        }

        @SuppressWarnings("unchecked") // a Controller is the only RegisteredController
        private Controller<ConfigMap> unstartedController() {
            Operator operator = new Operator(
                    overrides -> overrides.withKubernetesClient(client).withCacheSyncTimeout(Duration.ofSeconds(10)));
            ConfigurationService service = operator.getConfigurationService();
            service.getExecutorServiceManager().start(service);
            return (Controller<ConfigMap>) operator.register(new Reconciler<ConfigMap>() {
                @Override
                public List<EventSource<?, ConfigMap>> prepareEventSources(EventSourceContext<ConfigMap> context) {
                    informers.addIndex(context);
                    return List.of();
                }

                @Override
                public UpdateControl<ConfigMap> reconcile(ConfigMap source, Context<ConfigMap> context) {
                    return UpdateControl.noUpdate();
                }
            });
        }
    }

    private static Found found(String url) {
        return new Found(List.of(new Address(null, url, null, null)), "eventing.knative.dev/v1");
    }
}
