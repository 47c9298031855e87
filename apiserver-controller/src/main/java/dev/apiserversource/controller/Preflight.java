package dev.apiserversource.controller;

import dev.apiserversource.controller.api.ContainerSource;
import dev.apiserversource.controller.api.LegacyApiServerSource;
import dev.apiserversource.controller.api.PingSource;
import dev.apiserversource.controller.api.SinkBinding;
import dev.apiserversource.controller.discovery.Discovery;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectAccessReview;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectAccessReviewBuilder;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Checks that the cluster has the CRD and the permissions that the controller needs, and names what is missing. */
final class Preflight {

    private static final List<String> READ = List.of("list", "watch");
    private static final List<String> READ_AND_APPLY = List.of("list", "watch", "create", "patch");
    private static final String LEGACY_CRD = CustomResource.getCRDName(LegacyApiServerSource.class);
    private static final String CONTAINER_CRD = CustomResource.getCRDName(ContainerSource.class);
    private static final String PING_CRD = CustomResource.getCRDName(PingSource.class);
    private static final String BINDING_CRD = CustomResource.getCRDName(SinkBinding.class);

    private final KubernetesClient client;
    private final Discovery discovery;
    private final Optional<String> namespace;
    private final String knativeNamespace;

    /** Checks permissions in {@code namespace}, or cluster-wide when it is empty, and in that of Knative Eventing. */
    Preflight(KubernetesClient client, Discovery discovery, Optional<String> namespace, String knativeNamespace) {
        this.client = client;
        this.discovery = discovery;
        this.namespace = namespace;
        this.knativeNamespace = knativeNamespace;
    }

    /** What is missing, each with its remedy. */
    List<String> problems() {
        return Stream.concat(missingCrd().stream(), missingPermissions()).toList();
    }

    private Optional<String> missingCrd() {
        return discovery.find("sources.knative.dev/v1", "ApiServerSource").isPresent()
                ? Optional.empty()
                : Optional.of("the CRD apiserversources.sources.knative.dev is not installed:"
                        + " kubectl apply -f apiserver-controller/deploy/crd-apiserversource.yaml");
    }

    private Stream<String> missingPermissions() {
        String everywhere = "";
        String watched = namespace.orElse(everywhere);
        return Stream.concat(
                        Stream.of(
                                new Permission(
                                        "sources.knative.dev", "apiserversources", null, watched, READ_AND_APPLY),
                                new Permission(
                                        "sources.knative.dev",
                                        "apiserversources/status",
                                        null,
                                        watched,
                                        List.of("patch")),
                                new Permission("apps", "deployments", null, watched, READ_AND_APPLY),
                                new Permission("rbac.authorization.k8s.io", "roles", null, watched, READ_AND_APPLY),
                                new Permission(
                                        "rbac.authorization.k8s.io", "rolebindings", null, watched, READ_AND_APPLY),
                                new Permission("", "configmaps", null, watched, List.of("get", "create", "patch")),
                                new Permission("coordination.k8s.io", "leases", null, watched, READ),
                                new Permission(
                                        "coordination.k8s.io",
                                        "leases",
                                        null,
                                        watched,
                                        List.of("get", "create", "update")),
                                new Permission(
                                        "coordination.k8s.io", "leases", null, knativeNamespace, List.of("list")),
                                new Permission(
                                        "authorization.k8s.io",
                                        "subjectaccessreviews",
                                        null,
                                        everywhere,
                                        List.of("create")),
                                new Permission("", "namespaces", null, everywhere, READ),
                                new Permission(
                                        "apiextensions.k8s.io",
                                        "customresourcedefinitions",
                                        LEGACY_CRD,
                                        everywhere,
                                        READ),
                                new Permission(
                                        "apiextensions.k8s.io",
                                        "customresourcedefinitions",
                                        CONTAINER_CRD,
                                        everywhere,
                                        READ),
                                new Permission(
                                        "apiextensions.k8s.io",
                                        "customresourcedefinitions",
                                        PING_CRD,
                                        everywhere,
                                        READ),
                                new Permission(
                                        "apiextensions.k8s.io",
                                        "customresourcedefinitions",
                                        BINDING_CRD,
                                        everywhere,
                                        READ)),
                        Stream.concat(
                                optional("ContainerSource", "containersources", watched),
                                Stream.concat(
                                        optional("PingSource", "pingsources", watched),
                                        optional("SinkBinding", "sinkbindings", watched))))
                .flatMap(permission -> permission.verbs().stream()
                        .filter(verb -> !isAllowed(verb, permission))
                        .map(permission::missing));
    }

    /** Needed only where the CRD is installed. */
    private Stream<Permission> optional(String kind, String plural, String watched) {
        List<String> patch = List.of("patch");
        return discovery.find("sources.knative.dev/v1", kind).isEmpty()
                ? Stream.of()
                : Stream.of(
                        new Permission("sources.knative.dev", plural, null, watched, READ),
                        new Permission("sources.knative.dev", plural, null, watched, patch),
                        new Permission("sources.knative.dev", plural + "/status", null, watched, patch));
    }

    private boolean isAllowed(String verb, Permission permission) {
        SelfSubjectAccessReview review = new SelfSubjectAccessReviewBuilder()
                .withNewSpec()
                .withNewResourceAttributes()
                .withVerb(verb)
                .withGroup(permission.group())
                .withResource(permission.resource().replaceFirst("/.*", ""))
                .withSubresource(permission.subresource())
                .withName(permission.name())
                .withNamespace(permission.namespace())
                .endResourceAttributes()
                .endSpec()
                .build();
        return client.authorization()
                .v1()
                .selfSubjectAccessReview()
                .create(review)
                .getStatus()
                .getAllowed();
    }

    private record Permission(
            String group, String resource, @Nullable String name, String namespace, List<String> verbs) {

        @Nullable
        String subresource() {
            int slash = resource.indexOf('/');
            return slash < 0 ? null : resource.substring(slash + 1);
        }

        String missing(String verb) {
            String qualified = group.isEmpty() ? resource : resource + "." + group;
            String object = name == null ? "" : " " + name;
            String place = namespace.isEmpty() ? "in all namespaces" : "in namespace " + namespace;
            return "the controller's ServiceAccount may not " + verb + " " + qualified + object + " " + place
                    + ": kubectl apply -f rbac/controller.yaml";
        }
    }
}
