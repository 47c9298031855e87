package dev.apiserversource.controller.real;

import dev.apiserversource.controller.RunningController;
import dev.apiserversource.controller.api.ApiServerSource;
import dev.apiserversource.controller.api.Condition;
import dev.apiserversource.controller.real.RealCluster.Installed;
import dev.apiserversource.controller.status.Conditions;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.apps.DeploymentConditionBuilder;
import io.fabric8.kubernetes.api.model.apps.DeploymentStatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** A controller and one source, {@code events}, in a namespace of its own, with a ServiceAccount that may watch. */
final class SourceFixture implements AutoCloseable {

    static final String ACCOUNT = "events-sa";

    private static final String SOURCE = "events";
    private static final long SECONDS = 60;

    private final Installed cluster;
    private final KubernetesClient admin;
    private final String namespace;
    private final RunningController controller;

    /** Starts the controller with variables in addition to the required ones. */
    SourceFixture(Installed cluster, Map<String, String> environment) {
        this.cluster = cluster;
        this.admin = cluster.admin();
        this.namespace = cluster.plane().createNamespace("shop");
        cluster.plane().createServiceAccount(namespace, ACCOUNT);
        this.controller = RunningController.start(cluster.controller().client(), environment);
    }

    String namespace() {
        return namespace;
    }

    /** Lets the ServiceAccount list and watch a resource of the core group in the namespace. */
    void grant(String resource) {
        cluster.apply("apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: watch, namespace: "
                + namespace + "}\nrules: [{apiGroups: [''], resources: [" + resource + "], verbs: [list, watch]}]");
        cluster.apply("apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {name: watch, namespace: "
                + namespace + "}\nroleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: watch}\n"
                + "subjects: [{kind: ServiceAccount, name: " + ACCOUNT + ", namespace: " + namespace + "}]");
    }

    void revoke() {
        admin.rbac().roleBindings().inNamespace(namespace).withName("watch").delete();
    }

    /** Applies the source. */
    void apply(String spec) {
        cluster.apply("apiVersion: sources.knative.dev/v1\nkind: ApiServerSource\nmetadata: {name: " + SOURCE
                + ", namespace: " + namespace + "}\nspec: " + spec);
    }

    /** Sets an annotation of the source. */
    void annotate(String name, String value) {
        patchAnnotation(name, Serialization.asJson(value));
    }

    void removeAnnotation(String name) {
        patchAnnotation(name, "null");
    }

    /** A patch as of {@code kubectl annotate}: without a resourceVersion it conflicts with no write of the controller. */
    private void patchAnnotation(String name, String json) {
        resource()
                .patch(
                        PatchContext.of(PatchType.JSON_MERGE),
                        "{\"metadata\": {\"annotations\": {\"" + name + "\": " + json + "}}}");
    }

    private Resource<ApiServerSource> resource() {
        return admin.resources(ApiServerSource.class).inNamespace(namespace).withName(SOURCE);
    }

    /** Waits until the source has a status that matches. */
    ApiServerSource await(Predicate<ApiServerSource> condition) {
        return resource()
                .waitUntilCondition(
                        source -> source != null && source.getStatus() != null && condition.test(source),
                        SECONDS,
                        TimeUnit.SECONDS);
    }

    void awaitCondition(String type, String status, String reason) {
        await(source -> Conditions.find(source.getStatus().conditions(), type)
                .filter(condition -> condition.status().equals(status) && Objects.equals(condition.reason(), reason))
                .isPresent());
    }

    void awaitReady() {
        awaitCondition(Conditions.READY, Condition.TRUE, null);
    }

    /** Waits for a Deployment that matches. */
    Deployment awaitDeployment(Predicate<Deployment> condition) {
        RealCluster.await("the Deployment", () -> deployments().stream().anyMatch(condition));
        return deployments().stream().filter(condition).findFirst().orElseThrow();
    }

    List<Deployment> deployments() {
        return admin.apps().deployments().inNamespace(namespace).list().getItems();
    }

    /** What the Deployment's controller reports once all pods run the current template. */
    void rolledOut(Deployment deployment) {
        int replicas = deployment.getSpec().getReplicas();
        report(deployment, replicas, replicas, "Available", "True", "MinimumReplicasAvailable");
    }

    /**
     * What the Deployment's controller reports.
     *
     * @param updated pods of the current template
     * @param available pods that are available, of whichever template
     */
    void report(Deployment deployment, int updated, int available, String type, String status, String reason) {
        DeploymentStatusBuilder reported = new DeploymentStatusBuilder()
                .withReplicas(Math.max(updated, available))
                .withUpdatedReplicas(updated)
                .withAvailableReplicas(available)
                .withReadyReplicas(available)
                .withUnavailableReplicas(0)
                .withConditions(new DeploymentConditionBuilder()
                        .withType(type)
                        .withStatus(status)
                        .withReason(reason)
                        .build());
        // By name, because the controller may have written it since it was read.
        admin.apps()
                .deployments()
                .inNamespace(namespace)
                .withName(deployment.getMetadata().getName())
                .editStatus(current -> new DeploymentBuilder(current)
                        .withStatus(reported.withObservedGeneration(
                                        current.getMetadata().getGeneration())
                                .build())
                        .build());
    }

    @Override
    public void close() {
        controller.close();
        resource().delete();
        admin.apps().deployments().inNamespace(namespace).delete();
    }
}
