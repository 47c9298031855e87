package dev.apiserversource.controller.sink;

import dev.apiserversource.controller.api.Destination;
import dev.apiserversource.controller.discovery.ApiResource;
import dev.apiserversource.controller.discovery.Discovery;
import dev.apiserversource.controller.namespaces.NamespaceScope;
import dev.apiserversource.controller.namespaces.StorePerNamespace;
import dev.apiserversource.controller.sink.AddressLookup.Address;
import dev.apiserversource.controller.sink.AddressLookup.Found;
import dev.apiserversource.controller.sink.AddressLookup.NotFound;
import dev.apiserversource.controller.sink.AddressLookup.Unavailable;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceList;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ListOptions;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.MixedOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.fabric8.kubernetes.client.informers.cache.ReducedStateItemStore;
import io.javaoperatorsdk.operator.OperatorException;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.Constants;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.IndexedResourceCache;
import io.javaoperatorsdk.operator.processing.GroupVersionKind;
import io.javaoperatorsdk.operator.processing.event.EventSourceRetriever;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.net.HttpURLConnection;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Informers on the resources whose objects are sinks. One per resource is registered when the first source references
 * an object of it, and removed after the last one does. It caches addresses only, and requeues the sources that
 * reference an object whose addresses changed.
 *
 * <p>Sources choose what is listed. So lists are read in pages, and kinds of Kubernetes itself are refused except
 * Services: none of them has an address, and there may be more of them than fit into memory.
 */
public final class AddressableInformers<P extends HasMetadata> {

    private static final Logger LOG = LoggerFactory.getLogger(AddressableInformers.class);
    private static final String SINK_INDEX = "sinks";
    private static final String KUBERNETES_GROUPS = ".k8s.io";
    private static final Duration SWEEP_INTERVAL = Duration.ofMinutes(1);

    private final Discovery discovery;
    private final Function<P, Stream<Destination>> destinations;
    private final NamespaceScope scope;
    private final Clock clock;
    private volatile Instant nextSweep;
    private final Map<ApiResource, InformerEventSource<GenericKubernetesResource, P>> informers =
            new ConcurrentHashMap<>();

    /**
     * Follows the sinks of all sources.
     *
     * @param destinations the sinks of a source
     * @param scope where sinks can be read
     * @param clock spaces the removals of informers
     */
    public AddressableInformers(
            Discovery discovery, Function<P, Stream<Destination>> destinations, NamespaceScope scope, Clock clock) {
        this.discovery = discovery;
        this.destinations = destinations;
        this.scope = scope;
        this.clock = clock;
        this.nextSweep = clock.instant().plus(SWEEP_INTERVAL);
    }

    /** Indexes the sources by their sinks; must be called before the controller starts. */
    public void addIndex(EventSourceContext<P> context) {
        context.getPrimaryCache().addIndexer(SINK_INDEX, this::sinks);
    }

    /** Each sink with and without namespace, because only discovery knows whether its kind is cluster-scoped. */
    private List<String> sinks(P source) {
        String namespace = source.getMetadata().getNamespace();
        return destinations
                .apply(source)
                .map(Destination::ref)
                .filter(Objects::nonNull)
                .map(ref -> SinkKey.of(ref, namespace))
                .flatMap(key -> Stream.of(key.indexKey(), key.withoutNamespace().indexKey(), key.groupKind()))
                .distinct()
                .toList();
    }

    /** Looks up addresses; registers informers with the controller of {@code eventSources} as needed. */
    public AddressLookup lookup(EventSourceRetriever<P> eventSources) {
        removeUnreferenced(eventSources);
        return key -> resource(key)
                .map(resource -> find(key, resource, eventSources))
                .orElseGet(() -> new Unavailable("the API server serves no kind " + key.kind() + " in "
                        + key.apiVersion() + ": correct spec.sink.ref, or install what serves it"));
    }

    /** The resources whose objects are watched now. */
    Set<ApiResource> watched() {
        return Set.copyOf(informers.keySet());
    }

    private void removeUnreferenced(EventSourceRetriever<P> eventSources) {
        if (!clock.instant().isBefore(nextSweep)) {
            sweep(eventSources);
        }
    }

    /** A source is in the primary cache before it is reconciled, so that what it references is not removed. */
    private synchronized void sweep(EventSourceRetriever<P> eventSources) {
        nextSweep = clock.instant().plus(SWEEP_INTERVAL);
        IndexedResourceCache<P> sources =
                eventSources.eventSourceContextForDynamicRegistration().getPrimaryCache();
        informers.forEach((resource, informer) -> {
            if (sources.byIndex(SINK_INDEX, SinkKey.groupKind(resource.group(), resource.kind()))
                    .isEmpty()) {
                informers.remove(resource);
                eventSources.dynamicallyDeRegisterEventSource(informer.name());
                LOG.atInfo().addKeyValue("resource", resource.qualifiedName()).log("no longer watching sinks");
            }
        });
    }

    /** Old manifests name versions that are gone: then the version that the group prefers has the object. */
    private Optional<ApiResource> resource(SinkKey key) {
        return discovery
                .find(key.apiVersion(), key.kind())
                .or(() -> discovery.findInGroup(ApiResource.groupOf(key.apiVersion()), key.kind()));
    }

    private AddressLookup.Result find(SinkKey key, ApiResource resource, EventSourceRetriever<P> eventSources) {
        if (isOfKubernetes(resource) && !key.isCoreService()) {
            return new Unavailable(key.kind() + " has no address: name a Service or an Addressable in spec.sink.ref");
        }
        String namespace = resource.namespaced() ? key.namespace() : "";
        if (!scope.contains(namespace)) {
            return new Unavailable("the controller has CLUSTER_ACCESS=false and reads no "
                    + (namespace.isEmpty() ? "cluster-scoped objects" : "objects in namespace " + namespace)
                    + ": name a sink in another namespace, or use spec.sink.uri");
        }
        try {
            InformerEventSource<GenericKubernetesResource, P> informer = informer(resource, eventSources);
            ResourceID id = new ResourceID(key.name(), resource.namespaced() ? key.namespace() : null);
            return informer.get(id)
                    .<AddressLookup.Result>map(object -> new Found(addresses(object), resource.apiVersion()))
                    .orElseGet(NotFound::new);
        } catch (KubernetesClientException e) {
            return new Unavailable(describe(resource, e));
        } catch (OperatorException e) {
            return new Unavailable(resource.qualifiedName() + " cannot be watched: " + e.getMessage());
        }
    }

    /** A group of custom resources has a dot, and needs an approval to end like those of Kubernetes. */
    private static boolean isOfKubernetes(ApiResource resource) {
        return !resource.group().contains(".") || resource.group().endsWith(KUBERNETES_GROUPS);
    }

    private InformerEventSource<GenericKubernetesResource, P> informer(
            ApiResource resource, EventSourceRetriever<P> eventSources) {
        InformerEventSource<GenericKubernetesResource, P> informer = informers.get(resource);
        return informer == null ? register(resource, eventSources) : informer;
    }

    /**
     * Returns when the informer has listed all objects. One that cannot is removed, so that the next lookup retries.
     */
    private synchronized InformerEventSource<GenericKubernetesResource, P> register(
            ApiResource resource, EventSourceRetriever<P> eventSources) {
        InformerEventSource<GenericKubernetesResource, P> existing = informers.get(resource);
        if (existing != null) {
            return existing;
        }
        EventSourceContext<P> context = eventSources.eventSourceContextForDynamicRegistration();
        checkReadable(resource, context.getClient());
        InformerEventSource<GenericKubernetesResource, P> informer =
                new InformerEventSource<>(configuration(resource, context), context);
        try {
            eventSources.dynamicallyRegisterEventSource(informer);
        } catch (OperatorException e) {
            eventSources.dynamicallyDeRegisterEventSource(informer.name());
            throw e;
        }
        informers.put(resource, informer);
        LOG.atInfo().addKeyValue("resource", resource.qualifiedName()).log("watching addresses of sinks");
        return informer;
    }

    /** Fails with the API server's response, which java-operator-sdk 5.3 replaces by another exception. */
    private void checkReadable(ApiResource resource, KubernetesClient client) {
        MixedOperation<GenericKubernetesResource, GenericKubernetesResourceList, Resource<GenericKubernetesResource>>
                objects = client.genericKubernetesResources(new ResourceDefinitionContext.Builder()
                .withGroup(resource.group())
                .withVersion(resource.version())
                .withPlural(resource.plural())
                .withKind(resource.kind())
                .withNamespaced(resource.namespaced())
                .build());
        ListOptions one = new ListOptionsBuilder().withLimit(1L).build();
        if (scope.isCluster()) {
            objects.inAnyNamespace().list(one);
        }
        scope.names().forEach(namespace -> objects.inNamespace(namespace).list(one));
    }

    private InformerEventSourceConfiguration<GenericKubernetesResource> configuration(
            ApiResource resource, EventSourceContext<P> context) {
        InformerEventSourceConfiguration<GenericKubernetesResource> all = InformerEventSourceConfiguration.from(
                        new GroupVersionKind(resource.group(), resource.version(), resource.kind()),
                        context.getPrimaryResourceClass())
                .withName("addresses of " + resource.qualifiedName() + "/" + resource.version())
                .withNamespaces(scope.isCluster() ? Constants.WATCH_ALL_NAMESPACE_SET : scope.names())
                .withInformerListLimit(
                        context.getControllerConfiguration().getInformerConfig().getInformerListLimit())
                .withOnUpdateFilter((object, old) -> !addresses(object).equals(addresses(old)))
                .withSecondaryToPrimaryMapper(object ->
                        context
                                .getPrimaryCache()
                                .byIndex(SINK_INDEX, key(resource, object).indexKey())
                                .stream()
                                .map(ResourceID::fromResource)
                                .collect(Collectors.toSet()))
                // Objects are looked up by key; an index of sources would duplicate that of the primary cache.
                .withPrimaryToSecondaryMapper(source -> Set.of())
                .build();
        return new StorePerNamespace<>(
                all,
                () -> new ReducedStateItemStore<>(
                        ReducedStateItemStore.NAME_KEY_STATE,
                        GenericKubernetesResource.class,
                        context.getClient().getKubernetesSerialization(),
                        "status.address",
                        "status.addresses"));
    }

    private static SinkKey key(ApiResource resource, GenericKubernetesResource object) {
        String namespace = object.getMetadata().getNamespace();
        return new SinkKey(
                resource.apiVersion(),
                resource.kind(),
                namespace == null ? "" : namespace,
                object.getMetadata().getName());
    }

    private static String describe(ApiResource resource, KubernetesClientException e) {
        return e.getCode() == HttpURLConnection.HTTP_FORBIDDEN
                ? "the controller may not list and watch " + resource.qualifiedName()
                        + ": grant it by a ClusterRole with the label duck.knative.dev/addressable: \"true\""
                : resource.qualifiedName() + " cannot be listed: " + e.getMessage();
    }

    /** Those of {@code status.addresses}, then {@code status.address}; entries without a URL are ignored. */
    static List<Address> addresses(GenericKubernetesResource object) {
        List<?> several = object.get("status", "addresses") instanceof List<?> list ? list : List.of();
        return Stream.concat(several.stream(), Stream.ofNullable(object.get("status", "address")))
                .map(AddressableInformers::address)
                .filter(Objects::nonNull)
                .toList();
    }

    private static @Nullable Address address(Object value) {
        if (!(value instanceof Map<?, ?> fields)) {
            return null;
        }
        String url = text(fields, "url");
        return url == null
                ? null
                : new Address(text(fields, "name"), url, text(fields, "CACerts"), text(fields, "audience"));
    }

    private static @Nullable String text(Map<?, ?> fields, String name) {
        return fields.get(name) instanceof String text && !text.isEmpty() ? text : null;
    }
}
