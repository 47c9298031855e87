package dev.apiserversource.controller.real;

import dev.apiserversource.controller.Repository;
import dev.apiserversource.controller.RunningController;
import dev.apiserversource.controller.real.RealCluster.Installed;
import dev.apiserversource.loadtests.cluster.AuditLog.Request;
import dev.apiserversource.loadtests.cluster.ControlPlaneTest;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

import static org.assertj.core.api.Assertions.assertThat;

/** The controller uses every permission of {@code rbac/controller.yaml}, and needs no other. */
@ControlPlaneTest
@ExtendWith(RealCluster.class)
class RightsRealIT {

    private static final Set<String> GRANTED = Rights.granted(Repository.RBAC.resolve("controller.yaml"));

    private final Installed cluster;

    RightsRealIT(Installed cluster) {
        this.cluster = cluster;
    }

    @Test
    void usesExactlyTheGrantedPermissions() {
        Instant start = Instant.now();
        cluster.apply("apiVersion: v1\nkind: Namespace\nmetadata: {name: rights}");
        cluster.apply("apiVersion: v1\nkind: Service\nmetadata: {name: display, namespace: rights}\n"
                + "spec: {ports: [{port: 80}]}");
        cluster.apply("apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\nmetadata: {name: rights}\n"
                + "roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: event-watcher}\n"
                + "subjects: [{kind: ServiceAccount, name: default, namespace: rights}]");
        leaveObjectsOfKnative();
        try (RunningController controller = controller()) {
            assertThat(controller.problems()).isEmpty();
            cluster.apply(
                    source("sources.knative.dev/v1", "v1", "{ref: {apiVersion: v1, kind: Service, name: display}}"));
            cluster.apply(source(
                    "sources.eventing.knative.dev/v1alpha1",
                    "legacy",
                    "{apiVersion: v1, kind: Service, name: display}"));
            cluster.apply(source("sources.knative.dev/v1", "identity", "{uri: 'https://sink', audience: sink}"));
            bindWorkloads();
            cluster.apply(binding("apps/v1", "Deployment")
                    .replace("{name: deployment", "{name: identity")
                    .replace("name: bound", "name: other")
                    .replace("'http://sink'", "'http://sink', audience: sink"));
            RealCluster.await("a status of each", () -> used().containsAll(Set.of(
                    "patch apiserversources/status.sources.knative.dev",
                    "patch apiserversources/status.sources.eventing.knative.dev")));
        }
        // A controller that finds Deployments reads the state objects of their adapters.
        try (RunningController restarted = controller()) {
            assertThat(restarted.problems()).isEmpty();
            Awaitility.await("all rights to be used")
                    .atMost(Duration.ofMinutes(3))
                    .untilAsserted(() -> assertThat(used()).containsAll(GRANTED));
        }
        // Tests of other classes ask for what is forbidden.
        assertThat(cluster.plane().auditLog().requestsOf(cluster.controller().user(), start))
                .filteredOn(request -> request.code() == Rights.FORBIDDEN)
                .extracting(Request::right)
                .isEmpty();
    }

    /** A ContainerSource and a PingSource that Knative's controller has reconciled until now. */
    private void leaveObjectsOfKnative() {
        cluster.apply("apiVersion: sources.knative.dev/v1\nkind: ContainerSource\nmetadata: {name: taken, namespace:"
                + " rights}\nspec: {sink: {uri: 'http://sink'}, template: {metadata: {labels: {team: old}}, spec:"
                + " {containers: [{name: a, image: a}]}}}");
        KnativeObjects.leave(cluster, "rights", "taken");
        cluster.apply("apiVersion: sources.knative.dev/v1\nkind: PingSource\nmetadata: {name: taken, namespace:"
                + " rights}\nspec: {sink: {uri: 'http://sink'}}");
        KnativeObjects.leavePing(cluster, "rights", "taken");
    }

    /** One workload of each kind that the controller may change. */
    private void bindWorkloads() {
        String pod = "template: {metadata: {labels: {app: bound}}, spec: {containers: [{name: a, image: a}]}}";
        for (String kind : List.of("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet")) {
            cluster.apply("apiVersion: apps/v1\nkind: " + kind + "\nmetadata: {name: bound, namespace: rights}\nspec:"
                    + " {selector: {matchLabels: {app: bound}}, " + pod + "}");
            cluster.apply(binding("apps/v1", kind));
        }
        cluster.apply("apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: bound, namespace: rights}\nspec:"
                + " {schedule: '@yearly', jobTemplate: {spec: {"
                + pod.replace("spec: {containers", "spec: {restartPolicy: Never, containers") + "}}}");
        cluster.apply(binding("batch/v1", "CronJob"));
    }

    private static String binding(String apiVersion, String kind) {
        return "apiVersion: sources.knative.dev/v1\nkind: SinkBinding\nmetadata: {name: "
                + kind.toLowerCase(Locale.ROOT) + ", namespace: rights}\nspec: {sink: {uri: 'http://sink'}, subject:"
                + " {apiVersion: " + apiVersion + ", kind: " + kind + ", name: bound}}";
    }

    private RunningController controller() {
        return RunningController.start(cluster.controller().kubeconfig(), Map.of("POD_NAME", "rights"));
    }

    private Set<String> used() {
        return Rights.used(cluster.requests());
    }

    private static String source(String apiVersion, String name, String sink) {
        return "apiVersion: " + apiVersion + "\nkind: ApiServerSource\nmetadata: {name: " + name
                + ", namespace: rights}\nspec: {resources: [{apiVersion: v1, kind: Event}], sink: " + sink + "}";
    }
}
