package dev.apiserversource.controller.apiserversource;

import dev.apiserversource.controller.Repository;
import dev.apiserversource.controller.api.ApiServerSource;
import dev.apiserversource.controller.namespaces.NamespaceScope;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Toleration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import static org.assertj.core.api.Assertions.assertThat;

class PodTemplateAnnotationTest {

    @Test
    void everyAllowedFieldReachesThePod() {
        PodTemplateSpec pod = pod(Samples.source(Repository.SAMPLES.resolve("pod-template.yaml")));
        assertThat(pod.getMetadata().getLabels()).containsEntry("team", "platform");
        assertThat(pod.getMetadata().getAnnotations()).containsEntry("sidecar.istio.io/inject", "false");
        assertThat(pod.getSpec().getPriorityClassName()).isEqualTo("high");
        assertThat(pod.getSpec().getNodeSelector()).containsEntry("disktype", "ssd");
        assertThat(pod.getSpec().getTolerations())
                .extracting(Toleration::getKey)
                .containsExactly("infra");
        assertThat(pod.getSpec().getAffinity().getNodeAffinity()).isNotNull();
        assertThat(pod.getSpec().getTopologySpreadConstraints()).hasSize(1);
        assertThat(environment(container(pod)))
                .containsEntry("LOG_LEVEL", "debug")
                .containsEntry("JAVA_TOOL_OPTIONS", "-Xmx256m -XX:+UseSerialGC -XX:+ExitOnOutOfMemoryError");
    }

    @Test
    void resourcesThatATemplateDoesNotSetStay() {
        Container container = container(pod(
                annotated("{spec: {containers: [{name: receive-adapter, resources: {limits: {memory: 512Mi}}}]}}")));
        assertThat(container.getResources().getLimits()).isEqualTo(Map.of("memory", new Quantity("512Mi")));
        assertThat(container.getResources().getRequests()).containsKeys("cpu", "memory");
    }

    @Test
    void labelsThatSelectThePodTakePrecedence() {
        PodTemplateSpec pod = pod(annotated("{metadata: {labels: {eventing.knative.dev/source: other}}}"));
        assertThat(pod.getMetadata().getLabels())
                .containsEntry("eventing.knative.dev/source", "apiserver-source-controller");
    }

    @Test
    void constraintReplacesThatOfTheSameTopology() {
        PodTemplateSpec pod = pod(annotated(
                "{spec: {topologySpreadConstraints: [{maxSkew: 2, topologyKey: kubernetes.io/hostname,"
                        + " whenUnsatisfiable: ScheduleAnyway}]}}",
                "replicas: 2"));
        assertThat(pod.getSpec().getTopologySpreadConstraints())
                .singleElement()
                .satisfies(constraint -> assertThat(constraint.getMaxSkew()).isEqualTo(2));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\n\t\"spec\":\t{\"priorityClassName\": \"high\"}}", "spec:\n  priorityClassName: high"})
    void templateIsJsonOrYaml(String template) {
        assertThat(pod(annotated(template)).getSpec().getPriorityClassName()).isEqualTo("high");
    }

    @Test
    void emptyTemplateChangesNothing() {
        assertThat(pod(annotated("{}"))).isEqualTo(pod(Samples.events("mode: Resource")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''                                       | must be an object with metadata and spec",
                "[]                                       | must be an object with metadata and spec",
                "'spec: ['                                | must be an object with metadata and spec",
                "{kind: Pod}                              | kind is not allowed; allowed are metadata.labels",
                "{metadata: {name: a}}                    | metadata.name is not allowed",
                "{metadata: {labels: [a]}}                | metadata.labels has a wrong type",
                "{spec: {hostNetwork: true}}              | spec.hostNetwork is not allowed",
                "{spec: {serviceAccountName: admin}}      | spec.serviceAccountName is not allowed",
                "{spec: {volumes: []}}                    | spec.volumes is not allowed",
                "{spec: {tolerations: [{keey: a}]}}       | spec.tolerations[0].keey is not allowed",
                "{spec: {tolerations: [null]}}            | spec.tolerations[0] has a wrong type or is null",
                "{spec: {containers: [{name: a}]}}        | spec.containers[0].name: must be receive-adapter",
                "{spec: {containers: [{name: receive-adapter, image: a}]}} | spec.containers[0].image is not allowed",
                "{spec: {containers: [{name: receive-adapter}, {name: receive-adapter}]}}"
                        + " | spec.containers: has more than one container",
                "{spec: {containers: [{name: receive-adapter, resources: {claims: []}}]}}"
                        + " | spec.containers[0].resources.claims is not allowed",
                "{spec: {containers: [{name: receive-adapter, env: [{name: LOG_LEVEL, valueFrom: {}}]}]}}"
                        + " | spec.containers[0].env[0].valueFrom is not allowed",
                "{spec: {containers: [{name: receive-adapter, env: [{name: LOG_LEVEL}]}]}}"
                        + " | spec.containers[0].env: LOG_LEVEL has no value",
                "{spec: {containers: [{name: receive-adapter, env: [{name: K_SINK, value: 'http://a'}]}]}}"
                        + " | spec.containers[0].env: K_SINK is not allowed; allowed are LOG_LEVEL",
                "{spec: {containers: [{name: receive-adapter, env: [{name: JAVA_TOOL_OPTIONS,"
                        + " value: '-Xmx1g -agentlib:jdwp=address=*:5005'}]}]}}"
                        + " | spec.containers[0].env: JAVA_TOOL_OPTIONS: allowed are -Xmx",
                "{spec: {containers: [{name: receive-adapter, env: [{name: JAVA_TOOL_OPTIONS,"
                        + " value: '-XX:OnOutOfMemoryError=reboot'}]}]}}"
                        + " | spec.containers[0].env: JAVA_TOOL_OPTIONS: allowed are -Xmx",
            })
    void problemNamesTheFieldAndTheRemedy(String template, String problem) {
        assertThat(SpecCheck.problem(annotated(template), NamespaceScope.CLUSTER))
                .get()
                .asString()
                .startsWith("annotation apiserversource.dev/pod-template: " + problem);
    }

    private static ApiServerSource annotated(String template) {
        return annotated(template, "mode: Resource");
    }

    private static ApiServerSource annotated(String template, String spec) {
        ApiServerSource source = Samples.events(spec);
        source.getMetadata().setAnnotations(Map.of("apiserversource.dev/pod-template", template));
        return source;
    }

    private static PodTemplateSpec pod(ApiServerSource source) {
        return AdapterDeployment.desired(Samples.plan(source), Samples.template())
                .getSpec()
                .getTemplate();
    }

    private static Container container(PodTemplateSpec pod) {
        List<Container> containers = pod.getSpec().getContainers();
        assertThat(containers).hasSize(1);
        return containers.get(0);
    }

    private static Map<String, String> environment(Container container) {
        return container.getEnv().stream()
                .filter(variable -> variable.getValue() != null)
                .collect(Collectors.toMap(EnvVar::getName, EnvVar::getValue));
    }
}
