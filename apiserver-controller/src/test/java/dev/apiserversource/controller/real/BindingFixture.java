package dev.apiserversource.controller.real;

import dev.apiserversource.controller.RunningController;
import dev.apiserversource.controller.api.Condition;
import dev.apiserversource.controller.api.SinkBinding;
import dev.apiserversource.controller.real.RealCluster.Installed;
import dev.apiserversource.controller.status.Conditions;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.utils.Serialization;

import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** SinkBindings and workloads in a namespace of their own, and a controller. */
final class BindingFixture implements AutoCloseable {

    private static final long SECONDS = 60;

    private final Installed cluster;
    private final KubernetesClient admin;
    private final String namespace;
    private RunningController controller;

    BindingFixture(Installed cluster) {
        this.cluster = cluster;
        this.admin = cluster.admin();
        this.namespace = cluster.plane().createNamespace("binding");
        startController();
    }

    String namespace() {
        return namespace;
    }

    void startController() {
        controller = RunningController.start(cluster.controller().client(), Map.of());
        if (!controller.problems().isEmpty()) {
            throw new AssertionError(controller.problems());
        }
    }

    void stopController() {
        controller.close();
    }

    /** Applies an object in the namespace. */
    void apply(String yaml) {
        cluster.apply(yaml.replaceFirst("metadata: \\{", "metadata: {namespace: " + namespace + ", ")
                .replaceFirst("metadata:\n", "metadata:\n  namespace: " + namespace + "\n"));
    }

    void bind(String name, String subject, String sink) {
        apply("apiVersion: sources.knative.dev/v1\nkind: SinkBinding\nmetadata: {name: " + name + "}\nspec: {subject: "
                + subject + ", sink: " + sink + "}");
    }

    void deployment(String name, String labels) {
        apply("apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: " + name + ", labels: {" + labels
                + "app: worker}}\nspec: {selector: {matchLabels: {app: worker}}, template: {metadata: {labels: {app:"
                + " worker}}, spec: {containers: [{name: a, image: a, env: [{name: OWN, value: '1'}]}]}}}");
    }

    Resource<SinkBinding> binding(String name) {
        return admin.resources(SinkBinding.class).inNamespace(namespace).withName(name);
    }

    void awaitReady(String name) {
        awaitCondition(name, Conditions.READY, Condition.TRUE, null);
    }

    void awaitCondition(String name, String type, String status, String reason) {
        binding(name)
                .waitUntilCondition(
                        binding -> binding != null
                                && binding.getStatus() != null
                                && Conditions.find(binding.getStatus().conditions(), type)
                                        .filter(condition -> condition.status().equals(status)
                                                && Objects.equals(condition.reason(), reason))
                                        .isPresent(),
                        SECONDS,
                        TimeUnit.SECONDS);
    }

    void delete(String name) {
        binding(name).delete();
        awaitDeleted(name);
    }

    void awaitDeleted(String name) {
        binding(name).waitUntilCondition(Objects::isNull, SECONDS, TimeUnit.SECONDS);
    }

    GenericKubernetesResource workload(String apiVersion, String kind, String name) {
        return admin.genericKubernetesResources(apiVersion, kind)
                .inNamespace(namespace)
                .withName(name)
                .get();
    }

    Map<String, String> environmentOf(String deployment) {
        return environment(workload("apps/v1", "Deployment", deployment));
    }

    Map<String, String> awaitEnvironment(String deployment, Predicate<Map<String, String>> condition) {
        RealCluster.await("the variables of " + deployment, () -> condition.test(environmentOf(deployment)));
        return environmentOf(deployment);
    }

    /** The variables of the first container, without those that refer to a field. */
    static Map<String, String> environment(GenericKubernetesResource workload) {
        return environment(workload, 0);
    }

    /** The variables of a container; those of init containers are behind the others. */
    static Map<String, String> environment(GenericKubernetesResource workload, int container) {
        PodSpec pod = pod(workload);
        return Stream.concat(pod.getContainers().stream(), pod.getInitContainers().stream())
                .skip(container)
                .findFirst()
                .map(BindingFixture::environment)
                .orElseThrow();
    }

    static PodSpec pod(GenericKubernetesResource workload) {
        Object template = workload.getKind().equals("CronJob")
                ? workload.get("spec", "jobTemplate", "spec", "template")
                : workload.get("spec", "template");
        return Serialization.unmarshal(Serialization.asJson(template), PodTemplateSpec.class)
                .getSpec();
    }

    private static Map<String, String> environment(Container container) {
        return container.getEnv().stream()
                .filter(variable -> variable.getValueFrom() == null)
                .collect(Collectors.toMap(
                        EnvVar::getName, variable -> Objects.requireNonNullElse(variable.getValue(), "")));
    }

    @Override
    public void close() {
        try {
            admin.resources(SinkBinding.class).inNamespace(namespace).delete();
            RealCluster.await("the SinkBindings to be deleted", () -> admin.resources(SinkBinding.class)
                    .inNamespace(namespace)
                    .list()
                    .getItems()
                    .isEmpty());
        } finally {
            controller.close();
        }
    }
}
