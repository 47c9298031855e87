package dev.apiserversource.controller;

import dev.apiserversource.controller.apiserversource.AdapterTemplate;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

/** The manifests that users apply agree with each other and with the program. */
class ManifestsTest {

    /** The tag of the images in {@code deploy} and {@code samples}, which is also the version of the chart. */
    private static final String VERSION = "0.1.0";

    private static final Path CHART = Repository.DEPLOY.resolve("chart");

    @Test
    void everyManifestNamesTheVersionOfTheProject() {
        assertThat(Repository.read(Repository.ROOT.resolve("pom.xml"))).contains("<version>" + VERSION);
        List<Map<String, Object>> images = Repository.at(kustomization(Repository.DEPLOY), "images");
        assertThat(images).extracting(image -> image.get("newTag")).containsOnly(VERSION);
        Map<String, Object> chart =
                Repository.objects(CHART.resolve("Chart.yaml")).get(0);
        assertThat(chart).containsEntry("version", VERSION).containsEntry("appVersion", VERSION);
        assertThat(Repository.read(Repository.ROOT.resolve("samples/event-display/event-display.yaml")))
                .contains("/event-display:" + VERSION + "\n");
        assertThat(Repository.read(Repository.ROOT.resolve("samples/event-viewer/event-viewer.yaml")))
                .contains("/event-viewer:" + VERSION + "\n");
        assertThat(Repository.yamls(Repository.ROOT.resolve("samples/containersource")))
                .allSatisfy(file -> assertThat(Repository.read(file)).contains("/heartbeats:" + VERSION + "\n"));
        assertThat(Repository.read(Repository.ROOT.resolve("samples/sinkbinding/heartbeat-cronjob.yaml")))
                .contains("/heartbeats:" + VERSION + "\n");
    }

    @Test
    void imagesOfTheKustomizationAreThoseOfTheDeployment() {
        List<Map<String, Object>> images = Repository.at(kustomization(Repository.DEPLOY), "images");
        assertThat(images)
                .extracting(image -> image.get("name"))
                .containsExactly(
                        container().get("image"),
                        environment().get("APISERVER_RA_IMAGE"),
                        environment().get("PINGSOURCE_RA_IMAGE"));
    }

    @Test
    void chartHasTheFilesOfTheKustomization() throws IOException {
        for (Map.Entry<String, Path> link : Map.of(
                        "crds/crd-apiserversource.yaml", Repository.DEPLOY.resolve("crd-apiserversource.yaml"),
                        "crds/crd-containersource.yaml", Repository.DEPLOY.resolve("crd-containersource.yaml"),
                        "crds/crd-pingsource.yaml", Repository.DEPLOY.resolve("crd-pingsource.yaml"),
                        "files/rbac-pingsource-adapter.yaml", Repository.RBAC.resolve("pingsource-adapter.yaml"),
                        "crds/crd-sinkbinding.yaml", Repository.DEPLOY.resolve("crd-sinkbinding.yaml"),
                        "files/controller.yaml", Repository.DEPLOY.resolve("controller.yaml"),
                        "files/rbac-controller.yaml", Repository.RBAC.resolve("controller.yaml"),
                        "files/rbac-watched.yaml", Repository.RBAC.resolve("namespaced/watched/role.yaml"),
                        "files/rbac-leader-election.yaml", Repository.RBAC.resolve("namespaced/leader-election.yaml"),
                        "files/rbac-users.yaml", Repository.RBAC.resolve("users.yaml"))
                .entrySet()) {
            assertThat(CHART.resolve(link.getKey()).toRealPath()).isEqualTo(link.getValue());
        }
    }

    @Test
    void kustomizationHasAllParts() {
        assertThat(resources(Repository.DEPLOY))
                .containsExactly(
                        "namespace.yaml",
                        "crd-apiserversource.yaml",
                        "crd-containersource.yaml",
                        "crd-pingsource.yaml",
                        "crd-sinkbinding.yaml",
                        "../../rbac",
                        "controller.yaml");
        assertThat(resources(Repository.RBAC))
                .containsExactly("controller.yaml", "users.yaml", "pingsource-adapter.yaml");
        assertThat(resources(Repository.DEPLOY.resolve("legacy"))).containsExactly("crd-apiserversource.yaml");
        assertThat(resources(Repository.DEPLOY.resolve("sinkbinding"))).containsExactly("policy.yaml");
    }

    @Test
    void namespacedVariantHasItsVariablesAndRoles() {
        Path folder = Repository.ROOT.resolve("apiserver-controller/overlays/namespaced");
        assertThat(resources(folder)).containsExactly("../../deploy", "../../../rbac/namespaced", "watched");
        assertThat(resources(folder.resolve("watched"))).containsExactly("../../../../rbac/namespaced/watched");
        assertThat(resources(Repository.RBAC.resolve("namespaced"))).containsExactly("leader-election.yaml");
        assertThat(resources(Repository.RBAC.resolve("namespaced/watched"))).containsExactly("role.yaml");
        List<Map<String, Object>> patches = Repository.at(kustomization(folder), "patches");
        assertThat((String) patches.get(0).get("patch"))
                .contains("{name: CLUSTER_ACCESS, value: \"false\"}", "{name: WATCH_NAMESPACES, value: default}");
    }

    @Test
    void rolesOfUsersAreAggregatedAndCoverAllKinds() {
        List<Map<String, Object>> roles = Repository.objects(Repository.RBAC.resolve("users.yaml"));
        assertThat(roles)
                .flatExtracting(role -> Repository.<Map<String, String>>at(role, "metadata", "labels")
                        .keySet())
                .containsExactly(
                        "rbac.authorization.k8s.io/aggregate-to-admin",
                        "rbac.authorization.k8s.io/aggregate-to-edit",
                        "rbac.authorization.k8s.io/aggregate-to-view",
                        "duck.knative.dev/source");
        for (Map<String, Object> role : roles) {
            List<Map<String, Object>> rules = Repository.at(role, "rules");
            assertThat(rules)
                    .extracting(rule -> rule.get("apiGroups"), rule -> rule.get("resources"))
                    .containsExactly(
                            tuple(
                                    List.of("sources.knative.dev", "sources.eventing.knative.dev"),
                                    List.of("apiserversources")),
                            tuple(
                                    List.of("sources.knative.dev"),
                                    List.of("containersources", "pingsources", "sinkbindings")));
        }
    }

    @Test
    void allNameTheMinimumVersionOfKubernetes() {
        String minimum = "1." + Preflight.MIN_MINOR;
        Map<String, Object> chart =
                Repository.objects(CHART.resolve("Chart.yaml")).get(0);
        assertThat(chart).containsEntry("kubeVersion", ">=" + minimum + ".0-0");
        assertThat(Repository.read(Repository.ROOT.resolve("apiserver-controller/README.md")))
                .contains("on Kubernetes " + minimum + " or newer");
    }

    @Test
    void takeoverAddsItsVariableToTheDeployment() {
        Path folder = Repository.ROOT.resolve("apiserver-controller/overlays/knative-takeover");
        assertThat(resources(folder)).containsExactly("../../deploy");
        List<Map<String, Object>> patches = Repository.at(kustomization(folder), "patches");
        assertThat(patches).singleElement().satisfies(patch -> assertThat((String) patch.get("patch"))
                .contains("containers/0/env/-", "{name: KNATIVE_TAKEOVER, value: \"true\"}"));
    }

    @Test
    void imagesHaveTheHeapOfTheAdapter() {
        assertThat(Repository.read(Repository.ROOT.resolve("pom.xml")))
                .contains("<image.java.options>" + AdapterTemplate.DEFAULT_JAVA_OPTIONS + "</image.java.options>");
    }

    @Test
    void deploymentSetsRequiredVariablesAndPorts() {
        ControllerConfig config = ControllerConfig.from(environment());
        List<Map<String, Object>> ports = Repository.at(container(), "ports");
        assertThat(ports)
                .extracting(port -> port.get("containerPort"))
                .containsExactly(config.probesPort(), config.metricsPort());
    }

    @Test
    void deploymentIsAllowedInARestrictedNamespace() {
        Map<String, Object> security = Repository.at(container(), "securityContext");
        assertThat(security)
                .containsEntry("runAsNonRoot", true)
                .containsEntry("readOnlyRootFilesystem", true)
                .containsEntry("allowPrivilegeEscalation", false)
                .containsEntry("seccompProfile", Map.of("type", "RuntimeDefault"))
                .containsEntry("capabilities", Map.of("drop", List.of("ALL")));
    }

    private static Map<String, String> environment() {
        List<Map<String, Object>> env = Repository.at(container(), "env");
        return env.stream().collect(Collectors.toMap(variable -> (String) variable.get("name"), variable ->
                (String) variable.getOrDefault("value", "from-the-pod")));
    }

    private static Map<String, Object> container() {
        Map<String, Object> deployment =
                Repository.objects(Repository.DEPLOY.resolve("controller.yaml")).get(0);
        List<Map<String, Object>> containers = Repository.at(deployment, "spec", "template", "spec", "containers");
        return containers.get(0);
    }

    private static List<String> resources(Path folder) {
        return Repository.at(kustomization(folder), "resources");
    }

    private static Map<String, Object> kustomization(Path folder) {
        return Repository.objects(folder.resolve("kustomization.yaml")).get(0);
    }
}
