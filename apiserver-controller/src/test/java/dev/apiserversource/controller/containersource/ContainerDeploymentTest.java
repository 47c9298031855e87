package dev.apiserversource.controller.containersource;

import dev.apiserversource.controller.api.ContainerSource;
import dev.apiserversource.controller.sink.SinkResolver.SinkAddress;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import org.junit.jupiter.api.Test;

import java.util.Map;
import java.util.Optional;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

class ContainerDeploymentTest {

    private static final SinkAddress SINK = new SinkAddress("http://sink", null, null);

    @Test
    void everyContainerGetsTheSinkInPlaceOfItsOwn() {
        Deployment desired = desired(ContainerSamples.withTemplate("{spec: {"
                + "initContainers: [{name: i, image: i, env: [{name: A, value: '1'}]}],"
                + "containers: [{name: a, image: a, env: [{name: K_SINK, value: mine}, {name: B, value: '2'}]},"
                + "{name: b, image: b}]}}"));
        assertThat(desired.getSpec().getTemplate().getSpec().getInitContainers())
                .singleElement()
                .satisfies(container -> assertThat(container.getEnv())
                        .extracting(EnvVar::getName, EnvVar::getValue)
                        .containsExactly(tuple("A", "1"), tuple("K_SINK", "http://sink"), tuple("K_CE_OVERRIDES", "")));
        assertThat(desired.getSpec().getTemplate().getSpec().getContainers())
                .flatExtracting(Container::getEnv)
                .extracting(EnvVar::getName)
                .containsExactly("B", "K_SINK", "K_CE_OVERRIDES", "K_SINK", "K_CE_OVERRIDES");
    }

    @Test
    void sourceIsLeftAsItIs() {
        ContainerSource source = ContainerSamples.withTemplate("{spec: {containers: [{name: a, image: a,"
                + " ports: [{containerPort: 80}], env: [{name: A, valueFrom: {fieldRef: {fieldPath: spec.x}}}]}]}}");
        String before = Serialization.asYaml(source);
        desired(source);
        assertThat(Serialization.asYaml(source)).isEqualTo(before);
    }

    @Test
    void unknownFieldsOfThePodAreKept() {
        Deployment desired = desired(ContainerSamples.withTemplate(
                "{spec: {containers: [{name: a, image: a, newInContainers: {x: 1}}], newInPods: [y]}}"));
        assertThat(Serialization.asYaml(desired))
                .contains("newInContainers:\n          x: 1", "newInPods:\n      - \"y\"");
    }

    @Test
    void ownLabelsReplaceThoseOfTheTemplate() {
        Deployment desired =
                desired(ContainerSamples.withTemplate("{metadata: {labels: {a: b, sources.knative.dev/source: mine}},"
                        + " spec: {containers: [{name: a, image: a}]}}"));
        assertThat(desired.getSpec().getTemplate().getMetadata().getLabels())
                .isEqualTo(desired.getMetadata().getLabels())
                .isEqualTo(Map.of(
                        "a", "b",
                        "sources.knative.dev/source", "container-source-controller",
                        "sources.knative.dev/containerSource", "beats"));
    }

    /** A label of the template can be edited, which a selector that contains it would forbid. */
    @Test
    void newSelectorHasTheOwnLabelsOnlyAndAnExistingOneStays() {
        ContainerSource source = ContainerSamples.withTemplate(
                "{metadata: {labels: {a: b}}, spec: {containers: [{name: a, image: a}]}}");
        assertThat(desired(source).getSpec().getSelector().getMatchLabels())
                .containsOnlyKeys("sources.knative.dev/source", "sources.knative.dev/containerSource");
        Deployment ofKnative = new DeploymentBuilder()
                .withNewSpec()
                .withNewSelector()
                .addToMatchLabels("a", "old")
                .endSelector()
                .endSpec()
                .build();
        assertThat(ContainerDeployment.desired(source, SINK, Optional.of(ofKnative))
                        .getSpec()
                        .getSelector()
                        .getMatchLabels())
                .isEqualTo(Map.of("a", "old"));
    }

    @Test
    void longNameIsShortenedAsKnativeDoes() {
        ContainerSource source = ContainerSamples.withTemplate("{spec: {containers: [{name: a, image: a}]}}");
        source.getMetadata().setName("a".repeat(63));
        assertThat(desired(source).getMetadata().getName()).hasSize(63).endsWith("-deployment");
    }

    private static Deployment desired(ContainerSource source) {
        return ContainerDeployment.desired(source, SINK, Optional.empty());
    }
}
