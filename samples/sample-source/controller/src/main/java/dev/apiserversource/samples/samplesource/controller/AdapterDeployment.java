package dev.apiserversource.samples.samplesource.controller;

import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.processing.dependent.kubernetes.CRUDKubernetesDependentResource;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;

/** The Deployment of a source: adapter.yaml with the names, image and settings of that source. */
final class AdapterDeployment extends CRUDKubernetesDependentResource<Deployment, SampleSource> {

    private final String image;
    private final Deployment template = read("adapter.yaml");

    /** Deployments whose container runs {@code image}. */
    AdapterDeployment(String image) {
        super(Deployment.class);
        this.image = image;
    }

    static String name(SampleSource source) {
        return "samplesource-" + source.getMetadata().getName();
    }

    @Override
    protected Deployment desired(SampleSource source, Context<SampleSource> context) {
        String name = source.getMetadata().getName();
        String namespace = source.getMetadata().getNamespace();
        Map<String, String> labels =
                Map.of("knative-eventing-source", "sample-source-controller", "knative-eventing-source-name", name);
        return new DeploymentBuilder(template)
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(name(source))
                .withLabels(labels)
                .endMetadata()
                .editSpec()
                .withNewSelector()
                .withMatchLabels(labels)
                .endSelector()
                .editTemplate()
                .withNewMetadata()
                .withLabels(labels)
                .endMetadata()
                .editSpec()
                .withServiceAccountName(source.getSpec().serviceAccountName())
                .editFirstContainer()
                .withImage(image)
                .withEnv(
                        new EnvVar("NAME", name, null),
                        new EnvVar("NAMESPACE", namespace, null),
                        new EnvVar("INTERVAL", source.getSpec().interval(), null))
                .endContainer()
                .endSpec()
                .endTemplate()
                .endSpec()
                .build();
    }

    private static Deployment read(String file) {
        try (InputStream yaml = AdapterDeployment.class.getResourceAsStream(file)) {
            return Serialization.unmarshal(yaml, Deployment.class);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
