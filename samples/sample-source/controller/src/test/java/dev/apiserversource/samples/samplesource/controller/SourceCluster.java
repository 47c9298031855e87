package dev.apiserversource.samples.samplesource.controller;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** What tests do in a namespace of a cluster: they write sources, and play the deployment controller. */
record SourceCluster(KubernetesClient client, String namespace) {

    static final Path ROOT =
            Path.of("").toAbsolutePath().getParent().getParent().getParent();
    static final Path DEPLOY = ROOT.resolve("samples/sample-source/deploy");

    private static final long SECONDS = 60;

    void apply(Path file) {
        try (InputStream yaml = Files.newInputStream(file)) {
            client.load(yaml).items().forEach(object -> client.resource(object).serverSideApply());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void source(String name, String spec) {
        apply("apiVersion: samples.knative.dev/v1alpha1\nkind: SampleSource\nmetadata: {name: " + name + ", namespace: "
                + namespace + "}\nspec: " + spec);
    }

    /** {@code kubectl apply --server-side --force-conflicts} of one object. */
    void apply(String yaml) {
        client.resource(Serialization.unmarshal(yaml, GenericKubernetesResource.class))
                .forceConflicts()
                .serverSideApply();
    }

    Resource<SampleSource> source(String name) {
        return client.resources(SampleSource.class).inNamespace(namespace).withName(name);
    }

    SampleSource await(String name, Predicate<SampleSource.Status> condition) {
        return source(name)
                .waitUntilCondition(
                        source -> source != null && source.getStatus() != null && condition.test(source.getStatus()),
                        SECONDS,
                        TimeUnit.SECONDS);
    }

    Resource<GenericKubernetesResource> binding(String name) {
        return client.genericKubernetesResources("sources.knative.dev/v1", "SinkBinding")
                .inNamespace(namespace)
                .withName(name);
    }

    Resource<Deployment> deployment(String name) {
        return client.apps().deployments().inNamespace(namespace).withName(name);
    }

    Deployment awaitDeployment(String name, Predicate<Map<String, String>> environment) {
        return deployment(name)
                .waitUntilCondition(
                        deployment -> deployment != null && environment.test(environment(deployment)),
                        SECONDS,
                        TimeUnit.SECONDS);
    }

    /** The variables of the adapter's container. */
    static Map<String, String> environment(Deployment deployment) {
        return deployment.getSpec().getTemplate().getSpec().getContainers().get(0).getEnv().stream()
                .collect(Collectors.toMap(variable -> variable.getName(), variable -> variable.getValue()));
    }

    /** What the deployment controller writes when the pod is ready. */
    void makeAvailable(Deployment deployment) {
        patchStatus(
                deployment(deployment.getMetadata().getName()),
                "{observedGeneration: " + deployment.getMetadata().getGeneration()
                        + ", conditions: [{type: Available, status: 'True'}]}");
    }

    /** Writes a status in YAML. */
    static void patchStatus(Resource<?> resource, String status) {
        resource.subresource("status")
                .patch(
                        PatchContext.of(PatchType.JSON_MERGE),
                        Serialization.asJson(Serialization.unmarshal("status: " + status, Map.class)));
    }

    /** The reasons of the Event objects about a source, with the name of the object they name, in order. */
    List<String> events(String source) {
        return client.v1().events().inNamespace(namespace).list().getItems().stream()
                .filter(event -> event.getInvolvedObject().getName().equals(source))
                .map(Event::getReason)
                .toList();
    }

    static SampleSource.Condition condition(SampleSource.Status status, String type) {
        return status.conditions().stream()
                .filter(condition -> condition.type().equals(type))
                .findFirst()
                .orElseThrow();
    }

    static boolean isReady(SampleSource.Status status) {
        return condition(status, "Ready").status().equals("True");
    }
}
