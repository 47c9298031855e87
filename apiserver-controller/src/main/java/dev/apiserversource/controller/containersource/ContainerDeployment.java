package dev.apiserversource.controller.containersource;

import dev.apiserversource.controller.api.ContainerSource;
import dev.apiserversource.controller.apply.ChildMetadata;
import dev.apiserversource.controller.identity.TokenSecrets;
import dev.apiserversource.controller.identity.TokenVolume;
import dev.apiserversource.controller.sink.SinkConditions;
import dev.apiserversource.controller.sink.SinkEnvironment;
import dev.apiserversource.controller.sink.SinkResolver.SinkAddress;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorBuilder;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import org.jspecify.annotations.Nullable;

import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The desired Deployment of a source: a pure function of the source, its sink and the selector that exists. Name and
 * labels are Knative's. The number of replicas is not set, so that it can be scaled.
 */
final class ContainerDeployment {

    /** Selects the Deployments of all sources. */
    static final String LABEL_SELECTOR = "sources.knative.dev/source=container-source-controller";

    private static final String DEFAULT_PROTOCOL = "TCP";
    private static final String DEFAULT_API_VERSION = "v1";

    private ContainerDeployment() {}

    /**
     * The desired Deployment.
     *
     * @param actual the Deployment that exists. Its selector cannot be changed; one made by Knative's controller has
     *     the labels that the template had then.
     */
    static Deployment desired(ContainerSource source, SinkAddress sink, Optional<Deployment> actual) {
        PodTemplateSpec template = template(source, sink);
        ObjectMeta metadata =
                ChildMetadata.of(source, name(source), template.getMetadata().getLabels());
        metadata.setAnnotations(template.getMetadata().getAnnotations());
        return new DeploymentBuilder()
                .withMetadata(metadata)
                .withNewSpec()
                .withSelector(actual.map(deployment -> deployment.getSpec().getSelector())
                        .orElseGet(() -> selector(source)))
                .withTemplate(template)
                .endSpec()
                .build();
    }

    static String name(ContainerSource source) {
        return ChildMetadata.name(source.getMetadata().getName(), "-deployment");
    }

    private static Map<String, String> labels(ContainerSource source) {
        return Map.of(
                "sources.knative.dev/source",
                "container-source-controller",
                "sources.knative.dev/containerSource",
                source.getMetadata().getName());
    }

    /** Without the labels of the template, so that they can be edited. */
    private static LabelSelector selector(ContainerSource source) {
        return new LabelSelectorBuilder()
                .withMatchLabels(new TreeMap<>(labels(source)))
                .build();
    }

    private static PodTemplateSpec template(ContainerSource source, SinkAddress sink) {
        PodTemplateSpec template = source.getSpec().template();
        PodSpec bound = SinkEnvironment.inject(
                template.getSpec(), sink, source.getSpec().ceOverrides());
        PodSpec pod = SinkConditions.audience(Stream.of(sink))
                .map(audience -> TokenVolume.of(TokenSecrets.name(source)).addTo(bound))
                .orElse(bound);
        Stream.concat(pod.getContainers().stream(), pod.getInitContainers().stream())
                .forEach(ContainerDeployment::setDefaults);
        return new PodTemplateSpecBuilder(template)
                .withMetadata(podMetadata(source, template.getMetadata()))
                .withSpec(pod)
                .build();
    }

    private static ObjectMeta podMetadata(ContainerSource source, @Nullable ObjectMeta given) {
        ObjectMetaBuilder metadata = given == null ? new ObjectMetaBuilder() : new ObjectMetaBuilder(given);
        Map<String, String> labels = new TreeMap<>(Objects.requireNonNullElse(metadata.getLabels(), Map.of()));
        labels.putAll(labels(source));
        return metadata.withLabels(labels).build();
    }

    /**
     * Sets the defaults that the API server sets in what it treats as one value: references to fields of the pod, and
     * ports, which it identifies by number and protocol. Actual and desired would differ otherwise.
     */
    private static void setDefaults(Container container) {
        container.getPorts().stream()
                .filter(port -> port.getProtocol() == null)
                .forEach(port -> port.setProtocol(DEFAULT_PROTOCOL));
        container.getEnv().stream()
                .flatMap(variable -> Stream.ofNullable(variable.getValueFrom()))
                .flatMap(source -> Stream.ofNullable(source.getFieldRef()))
                .filter(field -> field.getApiVersion() == null)
                .forEach(field -> field.setApiVersion(DEFAULT_API_VERSION));
    }
}
