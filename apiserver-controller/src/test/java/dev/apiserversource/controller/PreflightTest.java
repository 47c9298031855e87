package dev.apiserversource.controller;

import dev.apiserversource.controller.discovery.ApiResource;
import dev.apiserversource.controller.discovery.Discovery;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectAccessReview;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectAccessReviewBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.VersionInfo;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

import static org.assertj.core.api.Assertions.assertThat;

@EnableKubernetesMockClient
class PreflightTest {

    private static final Discovery EVERYTHING = (apiVersion, kind) -> Optional.of(ApiResource.guess(apiVersion, kind));

    KubernetesMockServer server;
    KubernetesClient client;

    @Test
    void namesTheMissingCrdAndItsRemedy() {
        answerReviews(true);
        assertThat(preflight((apiVersion, kind) -> Optional.empty(), Map.of()).problems())
                .containsExactly("the CRD apiserversources.sources.knative.dev is not installed:"
                        + " kubectl apply -f apiserver-controller/deploy/crd-apiserversource.yaml");
    }

    @Test
    void namesEveryMissingPermissionAndItsRemedy() {
        answerReviews(false);
        assertThat(preflight(EVERYTHING, Map.of("WATCH_NAMESPACE", "shop")).problems())
                .hasSize(61)
                .contains(
                        "the controller's ServiceAccount may not list deployments.apps in namespace shop:"
                                + " kubectl apply -f rbac/controller.yaml",
                        "the controller's ServiceAccount may not patch apiserversources/status.sources.knative.dev"
                                + " in namespace shop: kubectl apply -f rbac/controller.yaml",
                        "the controller's ServiceAccount may not patch containersources/status.sources.knative.dev"
                                + " in namespace shop: kubectl apply -f rbac/controller.yaml",
                        "the controller's ServiceAccount may not list leases.coordination.k8s.io"
                                + " in namespace knative-eventing: kubectl apply -f rbac/controller.yaml",
                        "the controller's ServiceAccount may not patch leases.coordination.k8s.io"
                                + " in namespace system: kubectl apply -f rbac/controller.yaml",
                        "the controller's ServiceAccount may not watch configmaps config-logging"
                                + " in namespace system: kubectl apply -f rbac/controller.yaml",
                        "the controller's ServiceAccount may not watch namespaces in all namespaces:"
                                + " kubectl apply -f rbac/controller.yaml",
                        "the controller's ServiceAccount may not list customresourcedefinitions.apiextensions.k8s.io"
                                + " apiserversources.sources.eventing.knative.dev in all namespaces:"
                                + " kubectl apply -f rbac/controller.yaml");
    }

    @Test
    void withoutClusterAccessNoClusterWidePermissionIsNeeded() {
        answerReviews(false);
        assertThat(preflight(EVERYTHING, Map.of("WATCH_NAMESPACES", "shop,billing", "CLUSTER_ACCESS", "false"))
                        .problems())
                .noneMatch(problem -> problem.contains("in all namespaces"))
                .noneMatch(problem -> problem.contains("knative-eventing"))
                .allMatch(problem -> problem.endsWith(": kubectl apply -k apiserver-controller/overlays/namespaced"))
                .contains(
                        "the controller's ServiceAccount may not create localsubjectaccessreviews.authorization.k8s.io"
                                + " in namespace billing: kubectl apply -k apiserver-controller/overlays/namespaced",
                        "the controller's ServiceAccount may not watch apiserversources.sources.knative.dev"
                                + " in namespace shop: kubectl apply -k apiserver-controller/overlays/namespaced");
    }

    @Test
    void knativesLeasesNeedAPermissionWhereKnativeEventingIsInstalled() {
        answerReviews(false);
        Discovery withKnative = new Discovery() {
            @Override
            public Optional<ApiResource> find(String apiVersion, String kind) {
                return EVERYTHING.find(apiVersion, kind);
            }

            @Override
            public Optional<ApiResource> findInGroup(String group, String kind) {
                return find(group + "/v1", kind);
            }
        };
        assertThat(preflight(withKnative, Map.of("WATCH_NAMESPACES", "shop", "CLUSTER_ACCESS", "false"))
                        .problems())
                .contains("the controller's ServiceAccount may not list leases.coordination.k8s.io in namespace"
                        + " knative-eventing: kubectl apply -f rbac/namespaced/knative.yaml");
    }

    @Test
    void eachProblemIsReportedOnce() {
        answerReviews(false);
        assertThat(preflight(EVERYTHING, Map.of("WATCH_NAMESPACES", "shop,billing"))
                        .problems())
                .doesNotHaveDuplicates();
    }

    @Test
    void refusesAnOldApiServerAndChecksNothingElse() {
        serverHasMinorVersion("29+");
        assertThat(preflight(EVERYTHING, Map.of()).problems())
                .containsExactly("the API server is Kubernetes 1.29+: upgrade it to 1.30 or newer");
        assertThat(server.getRequestCount()).isOne();
    }

    @ParameterizedTest
    @CsvSource({"1, 30, false", "1, 30+, false", "1, 36, false", "2, 0, false", "1, 9, true", "'', '', false"})
    void comparesVersions(String major, String minor, boolean old) {
        VersionInfo version =
                new VersionInfo.Builder().withMajor(major).withMinor(minor).build();
        assertThat(Preflight.oldVersion(version).isPresent()).isEqualTo(old);
    }

    private Preflight preflight(Discovery discovery, Map<String, String> environment) {
        Map<String, String> all =
                new HashMap<>(Map.of("APISERVER_RA_IMAGE", "adapter:1", "SYSTEM_NAMESPACE", "system"));
        all.putAll(environment);
        return new Preflight(client, discovery, ControllerConfig.from(all));
    }

    private void serverHasMinorVersion(String minor) {
        server.setVersionInfo(
                new VersionInfo.Builder().withMajor("1").withMinor(minor).build());
    }

    private void answerReviews(boolean allowed) {
        serverHasMinorVersion("30");
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
