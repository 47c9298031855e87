package dev.apiserversource.controller;

import org.junit.jupiter.api.Test;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;

/** The manifests that users apply agree with each other and with the program. */
class ManifestsTest {

    private static final List<Path> PARTS = List.of(
            Repository.DEPLOY.resolve("namespace.yaml"),
            Repository.DEPLOY.resolve("crd-apiserversource.yaml"),
            Repository.RBAC.resolve("controller.yaml"),
            Repository.DEPLOY.resolve("controller.yaml"));

    @Test
    void installManifestIsTheConcatenationOfItsParts() {
        StringBuilder expected = new StringBuilder();
        PARTS.forEach(part -> expected.append("---\n").append(Repository.read(part)));
        assertThat(Repository.read(Repository.DEPLOY.resolve("install.yaml"))).endsWith(expected);
    }

    @Test
    void kustomizationHasTheSameParts() {
        assertThat(resources(Repository.DEPLOY))
                .containsExactly("namespace.yaml", "crd-apiserversource.yaml", "../../rbac", "controller.yaml");
        assertThat(resources(Repository.RBAC)).containsExactly("controller.yaml");
        assertThat(resources(Repository.DEPLOY.resolve("legacy"))).containsExactly("crd-apiserversource.yaml");
    }

    @Test
    void deploymentSetsRequiredVariablesAndPorts() {
        Map<String, Object> container = container();
        List<Map<String, Object>> env = Repository.at(container, "env");
        Map<String, String> environment = env.stream()
                .collect(java.util.stream.Collectors.toMap(variable -> (String) variable.get("name"), variable ->
                        (String) variable.getOrDefault("value", "from-the-pod")));
        ControllerConfig config = ControllerConfig.from(environment);
        List<Map<String, Object>> ports = Repository.at(container, "ports");
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

    private static Map<String, Object> container() {
        Map<String, Object> deployment =
                Repository.objects(Repository.DEPLOY.resolve("controller.yaml")).get(0);
        List<Map<String, Object>> containers = Repository.at(deployment, "spec", "template", "spec", "containers");
        return containers.get(0);
    }

    private static List<String> resources(Path folder) {
        return Repository.at(
                Repository.objects(folder.resolve("kustomization.yaml")).get(0), "resources");
    }
}
