package dev.apiserversource.samples.samplesource.controller;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceBuilder;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.dependent.GarbageCollected;
import io.javaoperatorsdk.operator.processing.GroupVersionKind;
import io.javaoperatorsdk.operator.processing.dependent.Creator;
import io.javaoperatorsdk.operator.processing.dependent.Updater;
import io.javaoperatorsdk.operator.processing.dependent.kubernetes.GenericKubernetesDependentResource;

import java.util.HashMap;
import java.util.Map;

/** The SinkBinding of a source: resolves its sink, and sets K_SINK and K_CE_OVERRIDES in its Deployment. */
final class SinkBindingResource extends GenericKubernetesDependentResource<SampleSource>
        implements Creator<GenericKubernetesResource, SampleSource>,
                Updater<GenericKubernetesResource, SampleSource>,
                GarbageCollected<SampleSource> {

    private static final GroupVersionKind KIND = new GroupVersionKind("sources.knative.dev", "v1", "SinkBinding");

    SinkBindingResource() {
        super(KIND);
    }

    @Override
    protected GenericKubernetesResource desired(SampleSource source, Context<SampleSource> context) {
        Map<String, Object> spec = new HashMap<>();
        spec.put(
                "subject",
                Map.of("apiVersion", "apps/v1", "kind", "Deployment", "name", AdapterDeployment.name(source)));
        spec.put("sink", source.getSpec().sink());
        if (source.getSpec().ceOverrides() != null) {
            spec.put("ceOverrides", source.getSpec().ceOverrides());
        }
        return new GenericKubernetesResourceBuilder()
                .withApiVersion(KIND.apiVersion())
                .withKind(KIND.getKind())
                .withNewMetadata()
                .withNamespace(source.getMetadata().getNamespace())
                .withName(AdapterDeployment.name(source))
                .endMetadata()
                .addToAdditionalProperties("spec", spec)
                .build();
    }
}
