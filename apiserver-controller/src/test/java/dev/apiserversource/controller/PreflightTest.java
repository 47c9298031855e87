package dev.apiserversource.controller;

import dev.apiserversource.controller.discovery.ApiResource;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectAccessReview;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectAccessReviewBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import org.junit.jupiter.api.Test;

import java.util.Optional;

import static org.assertj.core.api.Assertions.assertThat;

@EnableKubernetesMockClient
class PreflightTest {

    KubernetesMockServer server;
    KubernetesClient client;

    @Test
    void namesTheMissingCrdAndItsRemedy() {
        answerReviews(true);
        assertThat(new Preflight(client, (apiVersion, kind) -> Optional.empty(), Optional.empty(), "knative-eventing")
                        .problems())
                .containsExactly("the CRD apiserversources.sources.knative.dev is not installed:"
                        + " kubectl apply -f apiserver-controller/deploy/crd-apiserversource.yaml");
    }

    @Test
    void namesEveryMissingPermissionAndItsRemedy() {
        answerReviews(false);
        Preflight preflight = new Preflight(
                client,
                (apiVersion, kind) -> Optional.of(ApiResource.guess(apiVersion, kind)),
                Optional.of("shop"),
                "knative-eventing");
        assertThat(preflight.problems())
                .hasSize(49)
                .contains(
                        "the controller's ServiceAccount may not list deployments.apps in namespace shop:"
                                + " kubectl apply -f rbac/controller.yaml",
                        "the controller's ServiceAccount may not patch apiserversources/status.sources.knative.dev"
                                + " in namespace shop: kubectl apply -f rbac/controller.yaml",
                        "the controller's ServiceAccount may not patch containersources/status.sources.knative.dev"
                                + " in namespace shop: kubectl apply -f rbac/controller.yaml",
                        "the controller's ServiceAccount may not list leases.coordination.k8s.io"
                                + " in namespace knative-eventing: kubectl apply -f rbac/controller.yaml",
                        "the controller's ServiceAccount may not watch namespaces in all namespaces:"
                                + " kubectl apply -f rbac/controller.yaml",
                        "the controller's ServiceAccount may not list customresourcedefinitions.apiextensions.k8s.io"
                                + " apiserversources.sources.eventing.knative.dev in all namespaces:"
                                + " kubectl apply -f rbac/controller.yaml");
    }

    private void answerReviews(boolean allowed) {
        SelfSubjectAccessReview review = new SelfSubjectAccessReviewBuilder()
                .withNewStatus()
                .withAllowed(allowed)
                .endStatus()
                .build();
        server.expect()
                .post()
                .withPath("/apis/authorization.k8s.io/v1/selfsubjectaccessreviews")
                .andReturn(201, review)
                .always();
    }
}
