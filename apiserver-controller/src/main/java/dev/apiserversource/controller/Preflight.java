package dev.apiserversource.controller;

import dev.apiserversource.controller.api.LegacyApiServerSource;
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

    private static final String LEGACY_CRD = CustomResource.getCRDName(LegacyApiServerSource.class);

    private final KubernetesClient client;
    private final Discovery discovery;
    private final Optional<String> namespace;

    /** Checks permissions in {@code namespace}, or cluster-wide when it is empty. */
    Preflight(KubernetesClient client, Discovery discovery, Optional<String> namespace) {
        this.client = client;
        this.discovery = discovery;
        this.namespace = namespace;
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
        return Stream.of(
                        Permission.in("sources.knative.dev", "apiserversources", namespace),
                        Permission.in("apps", "deployments", namespace),
                        Permission.in("rbac.authorization.k8s.io", "roles", namespace),
                        Permission.in("rbac.authorization.k8s.io", "rolebindings", namespace),
                        Permission.in("coordination.k8s.io", "leases", namespace),
                        Permission.in("", "namespaces", Optional.empty()),
                        new Permission("apiextensions.k8s.io", "customresourcedefinitions", LEGACY_CRD, ""))
                .flatMap(permission -> Stream.of("list", "watch")
                        .filter(verb -> !isAllowed(verb, permission))
                        .map(permission::missing));
    }

    private boolean isAllowed(String verb, Permission permission) {
        SelfSubjectAccessReview review = new SelfSubjectAccessReviewBuilder()
                .withNewSpec()
                .withNewResourceAttributes()
                .withVerb(verb)
                .withGroup(permission.group())
                .withResource(permission.resource())
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
            String group, String resource, @Nullable String name, String namespace) {

        static Permission in(String group, String resource, Optional<String> namespace) {
            return new Permission(group, resource, null, namespace.orElse(""));
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
