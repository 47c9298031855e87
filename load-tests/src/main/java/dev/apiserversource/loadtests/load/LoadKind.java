package dev.apiserversource.loadtests.load;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceBuilder;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceList;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.MixedOperation;
import io.fabric8.kubernetes.client.dsl.NonNamespaceOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;

import java.util.Map;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.stream.Collectors;

/** A kind of object that a load writes. The objects of a load differ in one string, their state. */
@SuppressWarnings("ImmutableEnumChecker") // The functions have no state.
public enum LoadKind {
    /** ConfigMaps of the core group. The API server serves their watches from its watch cache. */
    CONFIG_MAPS("", "v1", "ConfigMap", "configmaps", (namespace, state) -> Map.of("data", Map.of("state", state))),

    /**
     * Event objects of the core group. They expire, many under one resourceVersion, and the API server keeps no watch
     * cache of them: no bookmarks, and no history before the last compaction of etcd.
     */
    EVENTS(
            "",
            "v1",
            "Event",
            "events",
            (namespace, state) -> Map.of(
                    "involvedObject",
                    Map.of("kind", "Pod", "name", "busybox", "namespace", namespace),
                    "reason",
                    "Started",
                    "type",
                    "Normal",
                    "message",
                    state)),

    /** Leases: few objects, each written several times a second. */
    LEASES(
            "coordination.k8s.io",
            "v1",
            "Lease",
            "leases",
            (namespace, state) -> Map.of("spec", Map.of("holderIdentity", state))),

    /**
     * Custom resources. They are written and stored as {@code v1} and watched as {@code v2}, so the API server calls
     * the conversion webhook for each.
     */
    WIDGETS("loadtests.dev", "v1", "Widget", "widgets", (namespace, state) -> Map.of("spec", Map.of("state", state))) {
        @Override
        public String watchedVersion() {
            return "v2";
        }
    };

    private final String group;
    private final String version;
    private final String kind;
    private final String plural;
    private final BiFunction<String, String, Map<String, Object>> body;

    LoadKind(
            String group,
            String version,
            String kind,
            String plural,
            BiFunction<String, String, Map<String, Object>> body) {
        this.group = group;
        this.version = version;
        this.kind = kind;
        this.plural = plural;
        this.body = body;
    }

    /** The API group; empty for the core group. */
    public String group() {
        return group;
    }

    /** The resource's name in paths. */
    public String plural() {
        return plural;
    }

    /** The version that a source watches; objects are written in another one where that matters. */
    public String watchedVersion() {
        return version;
    }

    /** Whether the API server deletes objects when their time is over. */
    public boolean expires() {
        return this == EVENTS;
    }

    /** The {@code subject} of events about the object of that name. */
    public String subject(String namespace, String name) {
        String apiVersion = group.isEmpty() ? watchedVersion() : group + "/" + watchedVersion();
        return "/apis/" + apiVersion + "/namespaces/" + namespace + "/" + plural + "/" + name;
    }

    /** The {@code subject} of events about the object. */
    public String subject(GenericKubernetesResource object) {
        return subject(object.getMetadata().getNamespace(), object.getMetadata().getName());
    }

    /** The resourceVersion of each object in the namespace whose name begins with {@code prefix}, by subject. */
    public Map<String, String> list(KubernetesClient client, String namespace, String prefix) {
        return in(client, namespace).list().getItems().stream()
                .filter(object -> object.getMetadata().getName().startsWith(prefix))
                .collect(Collectors.toMap(
                        this::subject, object -> object.getMetadata().getResourceVersion()));
    }

    GenericKubernetesResource object(String namespace, String name, String state) {
        GenericKubernetesResource object = new GenericKubernetesResourceBuilder()
                .withApiVersion(group.isEmpty() ? version : group + "/" + version)
                .withKind(kind)
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(name)
                .endMetadata()
                .build();
        object.setAdditionalProperties(body.apply(namespace, state));
        return object;
    }

    GenericKubernetesResource withState(GenericKubernetesResource last, String state) {
        GenericKubernetesResource changed =
                object(last.getMetadata().getNamespace(), last.getMetadata().getName(), state);
        changed.setMetadata(last.getMetadata());
        return changed;
    }

    /** Whether all that the load writes is equal; the API server may have added more. */
    boolean equalStates(GenericKubernetesResource desired, GenericKubernetesResource actual) {
        return desired.getAdditionalProperties().entrySet().stream()
                .allMatch(field -> Objects.equals(
                        field.getValue(), actual.getAdditionalProperties().get(field.getKey())));
    }

    NonNamespaceOperation<GenericKubernetesResource, GenericKubernetesResourceList, Resource<GenericKubernetesResource>>
            in(KubernetesClient client, String namespace) {
        MixedOperation<GenericKubernetesResource, GenericKubernetesResourceList, Resource<GenericKubernetesResource>>
                operation = client.genericKubernetesResources(new ResourceDefinitionContext.Builder()
                .withGroup(group)
                .withVersion(version)
                .withKind(kind)
                .withPlural(plural)
                .withNamespaced(true)
                .build());
        return operation.inNamespace(namespace);
    }
}
