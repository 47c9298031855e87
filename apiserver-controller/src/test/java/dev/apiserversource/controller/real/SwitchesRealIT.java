package dev.apiserversource.controller.real;

import dev.apiserversource.controller.Repository;
import dev.apiserversource.controller.real.RealCluster.Installed;
import dev.apiserversource.loadtests.cluster.ControlPlaneTest;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.util.Map;
import java.util.stream.Collectors;

import static org.assertj.core.api.Assertions.assertThat;

/** Annotations of a source and Knative's ConfigMaps, under the permissions that ship on a real API server. */
@ControlPlaneTest
@ExtendWith(RealCluster.class)
class SwitchesRealIT {

    private static final String SYSTEM = "apiserversource-system";
    private static final String KNATIVE = "knative-eventing";
    private static final String PAUSED = "apiserversource.dev/paused";
    private static final String POD_TEMPLATE = "apiserversource.dev/pod-template";
    private static final String SPEC = "{serviceAccountName: " + SourceFixture.ACCOUNT
            + ", resources: [{apiVersion: v1, kind: Event}], sink: {uri: 'http://sink'}}";

    private final Installed cluster;
    private final KubernetesClient admin;
    private SourceFixture source;

    SwitchesRealIT(Installed cluster) {
        this.cluster = cluster;
        this.admin = cluster.admin();
    }

    @BeforeEach
    void start() {
        cluster.apply("apiVersion: v1\nkind: Namespace\nmetadata: {name: " + KNATIVE + "}");
        source = new SourceFixture(cluster, Map.of("POD_NAME", "switches", "KNATIVE_TAKEOVER", "true"));
        source.grant("events");
    }

    @AfterEach
    void stop() {
        source.close();
        admin.configMaps().inNamespace(SYSTEM).delete();
        admin.configMaps().inNamespace(KNATIVE).delete();
    }

    @Test
    void pausedSourceRunsNoAdapterAndIsOtherwiseLeftAsItIs() {
        Deployment first = readySource();
        source.annotate(PAUSED, "true");
        Deployment paused =
                source.awaitDeployment(deployment -> deployment.getSpec().getReplicas() == 0);
        source.awaitCondition("Ready", "False", "Paused");
        assertThat(paused.getSpec().getTemplate()).isEqualTo(first.getSpec().getTemplate());
        source.apply(SPEC.replace("http://sink", "http://other"));
        source.await(current -> current.getStatus().observedGeneration() == 2);
        assertThat(environment(source.deployments().get(0))).containsEntry("K_SINK", "http://sink");

        source.removeAnnotation(PAUSED);
        Deployment resumed =
                source.awaitDeployment(deployment -> deployment.getSpec().getReplicas() == 1);
        assertThat(environment(resumed)).containsEntry("K_SINK", "http://other");
        source.rolledOut(resumed);
        source.awaitReady();
    }

    @Test
    void sourceWithAnInvalidSpecCanBePaused() {
        readySource();
        source.annotate(POD_TEMPLATE, "{spec: {hostNetwork: true}}");
        source.awaitCondition("Ready", "False", "InvalidSpec");
        source.annotate(PAUSED, "true");
        source.awaitDeployment(deployment -> deployment.getSpec().getReplicas() == 0);
    }

    @Test
    void podTemplateOfTheSampleIsMergedAndRemoved() {
        readySource();
        Map<String, String> annotations = Repository.at(
                Repository.objects(Repository.SAMPLES.resolve("pod-template.yaml"))
                        .get(0),
                "metadata",
                "annotations");
        source.annotate(POD_TEMPLATE, annotations.get(POD_TEMPLATE));
        Deployment merged = source.awaitDeployment(
                deployment -> deployment.getSpec().getTemplate().getSpec().getAffinity() != null);
        assertThat(merged.getSpec().getTemplate().getSpec().getPriorityClassName())
                .isEqualTo("high");
        assertThat(memoryLimit(merged)).isEqualTo(new Quantity("512Mi"));
        assertThat(environment(merged)).containsEntry("ADAPTER_MAX_IN_FLIGHT", "200");

        source.removeAnnotation(POD_TEMPLATE);
        Deployment plain = source.awaitDeployment(
                deployment -> deployment.getSpec().getTemplate().getSpec().getAffinity() == null);
        assertThat(plain.getSpec().getTemplate().getSpec().getNodeSelector()).isNullOrEmpty();
        assertThat(memoryLimit(plain)).isEqualTo(new Quantity("256Mi"));
        assertThat(environment(plain)).doesNotContainKey("ADAPTER_MAX_IN_FLIGHT");
    }

    @Test
    void refusedPodTemplateIsACondition() {
        readySource();
        source.annotate(POD_TEMPLATE, "{metadata: {labels: {team: 'no label'}}}");
        source.awaitCondition("Deployed", "False", "Refused");
    }

    @Test
    void adapterIsDeployedWithoutPermissionsWhenTheirCheckIsSkipped() {
        source.revoke();
        source.apply(SPEC);
        source.awaitCondition("SufficientPermissions", "False", "Forbidden");
        assertThat(source.deployments()).isEmpty();
        source.annotate("features.knative.dev/apiserversource-skip-permissions-check", "true");
        Deployment deployment = source.awaitDeployment(made -> true);
        source.awaitCondition("SufficientPermissions", "True", null);
        assertThat(environment(deployment).get("K_SOURCE_CONFIG")).contains("\"failFast\":true");
    }

    @Test
    void configMapsOfKnativeReachTheAdapterAndLeaveIt() {
        Deployment plain = readySource();
        assertThat(environment(plain)).doesNotContainKeys("K_LOGGING_CONFIG", "K_OBSERVABILITY_CONFIG");
        write(KNATIVE, "config-logging", Map.of("loglevel.apiserversource", "debug"));
        source.awaitDeployment(deployment -> environment(deployment)
                .getOrDefault("K_LOGGING_CONFIG", "")
                .equals("{\"zap-logger-config\":\"{\\\"level\\\":\\\"debug\\\"}\"}"));
        write(SYSTEM, "config-logging", Map.of("loglevel.apiserversource", "warn"));
        source.awaitDeployment(
                deployment -> environment(deployment).get("K_LOGGING_CONFIG").contains("warn"));
        write(SYSTEM, "config-observability", Map.of("metrics-protocol", "prometheus"));
        source.awaitDeployment(deployment -> environment(deployment).containsKey("K_OBSERVABILITY_CONFIG"));
        admin.configMaps().inNamespace(SYSTEM).delete();
        admin.configMaps().inNamespace(KNATIVE).delete();
        source.awaitDeployment(deployment -> !environment(deployment).containsKey("K_LOGGING_CONFIG")
                && !environment(deployment).containsKey("K_OBSERVABILITY_CONFIG"));
    }

    @Test
    void nodeSelectorFollowsConfigFeaturesWhileItIsValid() {
        readySource();
        write(SYSTEM, "config-features", Map.of("apiserversources-nodeselector-disktype", "ssd"));
        Deployment selected = source.awaitDeployment(deployment -> Map.of("disktype", "ssd")
                .equals(deployment.getSpec().getTemplate().getSpec().getNodeSelector()));
        write(SYSTEM, "config-features", Map.of("apiserversources-nodeselector-disktype", "no label"));
        RealCluster.await("an Event object", () -> admin.v1().events().inNamespace(SYSTEM).list().getItems().stream()
                .anyMatch(event -> event.getReason().equals("InvalidConfig")));
        assertThat(admin.resource(selected).get().getMetadata().getGeneration())
                .isEqualTo(selected.getMetadata().getGeneration());
    }

    @Test
    void rolloutWhoseNewPodNeverStartsIsNeverReady() {
        readySource();
        source.apply(SPEC.replace("http://sink", "http://other"));
        Deployment updated = source.awaitDeployment(
                deployment -> environment(deployment).get("K_SINK").equals("http://other"));
        // The old pod is available, the new one is pending.
        source.report(updated, 0, 1, "Available", "True", "MinimumReplicasAvailable");
        source.awaitCondition("Ready", "Unknown", "DeploymentUpdating");
        source.report(updated, 1, 1, "Progressing", "False", "ProgressDeadlineExceeded");
        source.awaitCondition("Ready", "False", "ProgressDeadlineExceeded");
    }

    private Deployment readySource() {
        source.apply(SPEC);
        Deployment deployment = source.awaitDeployment(made -> true);
        source.rolledOut(deployment);
        source.awaitReady();
        return deployment;
    }

    private void write(String namespace, String name, Map<String, String> data) {
        admin.resource(new ConfigMapBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .withNamespace(namespace)
                        .endMetadata()
                        .withData(data)
                        .build())
                .createOr(existing -> existing.update());
    }

    private static Quantity memoryLimit(Deployment deployment) {
        return deployment
                .getSpec()
                .getTemplate()
                .getSpec()
                .getContainers()
                .get(0)
                .getResources()
                .getLimits()
                .get("memory");
    }

    private static Map<String, String> environment(Deployment deployment) {
        return deployment.getSpec().getTemplate().getSpec().getContainers().get(0).getEnv().stream()
                .filter(variable -> variable.getValue() != null)
                .collect(Collectors.toMap(EnvVar::getName, EnvVar::getValue));
    }
}
