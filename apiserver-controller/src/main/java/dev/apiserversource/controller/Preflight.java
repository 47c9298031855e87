package dev.apiserversource.controller;

import dev.apiserversource.controller.discovery.Discovery;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectAccessReview;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectAccessReviewBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Looks whether the cluster has what the controller cannot do without, so that what is missing is said in words and not as a stack trace. */
final class Preflight {

    private static final String KIND = "ApiServerSource";

    private final KubernetesClient client;
    private final Discovery discovery;
    private final Optional<String> namespace;

    /** Looks at the rights in {@code namespace}, or cluster-wide. */
    Preflight(KubernetesClient client, Discovery discovery, Optional<String> namespace) {
        this.client = client;
        this.discovery = discovery;
        this.namespace = namespace;
    }

    /** What is missing, each with its remedy; empty when nothing is. */
    List<String> problems() {
        return Stream.concat(missingKind().stream(), missingRights()).toList();
    }

    /** Whether the historic resource is installed too. */
    static boolean servesHistoric(Discovery discovery) {
        return discovery.find("sources.eventing.knative.dev/v1alpha1", KIND).isPresent();
    }

    private Optional<String> missingKind() {
        return discovery.find("sources.knative.dev/v1", KIND).isPresent()
                ? Optional.empty()
                : Optional.of("the CRD apiserversources.sources.knative.dev is not installed:"
                        + " kubectl apply -f apiserver-controller/deploy/crd-apiserversource.yaml");
    }

    private Stream<String> missingRights() {
        return Stream.of(
                        Right.in("sources.knative.dev", "apiserversources", namespace),
                        Right.in("apps", "deployments", namespace),
                        Right.in("rbac.authorization.k8s.io", "roles", namespace),
                        Right.in("rbac.authorization.k8s.io", "rolebindings", namespace),
                        Right.in("", "namespaces", Optional.empty()))
                .flatMap(right -> Stream.of("list", "watch")
                        .filter(verb -> !allowed(verb, right))
                        .map(right::missing));
    }

    private boolean allowed(String verb, Right right) {
        SelfSubjectAccessReview review = new SelfSubjectAccessReviewBuilder()
                .withNewSpec()
                .withNewResourceAttributes()
                .withVerb(verb)
                .withGroup(right.group())
                .withResource(right.resource())
                .withNamespace(right.namespace())
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

    private record Right(String group, String resource, String namespace) {

        static Right in(String group, String resource, Optional<String> namespace) {
            return new Right(group, resource, namespace.orElse(""));
        }

        String missing(String verb) {
            String name = group.isEmpty() ? resource : resource + "." + group;
            String place = namespace.isEmpty() ? "in all namespaces" : "in namespace " + namespace;
            return "the controller's ServiceAccount may not " + verb + " " + name + " " + place
                    + ": kubectl apply -f rbac/controller.yaml";
        }
    }
}
