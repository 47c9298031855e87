package dev.apiserversource.controller.real;

import dev.apiserversource.controller.Repository;
import dev.apiserversource.controller.RunningController;
import dev.apiserversource.controller.api.ApiServerSource;
import dev.apiserversource.controller.api.Condition;
import dev.apiserversource.controller.real.RealCluster.Installed;
import dev.apiserversource.loadtests.cluster.ApiServerOption;
import dev.apiserversource.loadtests.cluster.AuditLog.Request;
import dev.apiserversource.loadtests.cluster.ControlPlaneTest;
import dev.apiserversource.loadtests.cluster.ControlPlanes;
import dev.apiserversource.loadtests.cluster.TestServiceAccount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import static org.assertj.core.api.Assertions.assertThat;

/** A controller without cluster-wide permissions, under exactly the Roles of {@code rbac/namespaced}. */
@ControlPlaneTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class NamespacedRightsRealIT {

    private static final String SYSTEM = "events-system";
    private static final List<String> WATCHED = List.of("shop", "billing");
    private static final Path ROLE = Repository.RBAC.resolve("namespaced/watched/role.yaml");
    private static final Path LEADER_ELECTION = Repository.RBAC.resolve("namespaced/leader-election.yaml");

    private Installed cluster;
    private TestServiceAccount account;
    private RunningController controller;

    @BeforeAll
    void start(ControlPlanes planes) {
        cluster = Installed.on(planes.with(ApiServerOption.AUDIT_LOG, ApiServerOption.UNLIMITED_REQUESTS));
        WATCHED.forEach(this::createNamespace);
        createNamespace("other");
        cluster.apply("apiVersion: v1\nkind: Namespace\nmetadata: {name: " + SYSTEM + "}");
        account = cluster.plane().createServiceAccount(SYSTEM, "apiserversource-controller");
        documents(LEADER_ELECTION).forEach(cluster::apply);
        for (String namespace : WATCHED) {
            documents(ROLE).forEach(role -> cluster.apply(in(namespace, role)));
        }
        controller = controller();
        assertThat(controller.problems()).isEmpty();
    }

    @AfterAll
    void stop() {
        controller.close();
    }

    private RunningController controller() {
        return RunningController.start(
                account.kubeconfig(),
                Map.of(
                        "SYSTEM_NAMESPACE",
                        SYSTEM,
                        "POD_NAME",
                        "namespaced",
                        "CLUSTER_ACCESS",
                        "false",
                        "WATCH_NAMESPACES",
                        String.join(",", WATCHED)));
    }

    private void createNamespace(String name) {
        cluster.apply("apiVersion: v1\nkind: Namespace\nmetadata: {name: " + name + "}");
        cluster.apply("apiVersion: v1\nkind: Service\nmetadata: {name: display, namespace: " + name
                + "}\nspec: {ports: [{port: 80}]}");
        cluster.apply(
                "apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {name: events, namespace: "
                        + name
                        + "}\nroleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: event-watcher}\n"
                        + "subjects: [{kind: ServiceAccount, name: default, namespace: " + name + "}]");
    }

    private static List<String> documents(Path file) {
        return Repository.documents(file).stream()
                .map(document -> document.replace("namespace: apiserversource-system", "namespace: " + SYSTEM))
                .toList();
    }

    /** As the kustomization of a watched namespace does. */
    private static String in(String namespace, String document) {
        return document.replaceFirst("metadata:\n", "metadata:\n  namespace: " + namespace + "\n");
    }

    @Test
    void deploysAdaptersInEachWatchedNamespaceAndNowhereElse() {
        apply("other", "deployed", "resources: [{apiVersion: v1, kind: Event}], " + SINK);
        for (String namespace : WATCHED) {
            apply(namespace, "deployed", "resources: [{apiVersion: v1, kind: Event}], " + SINK);
            RealCluster.await("a Deployment in " + namespace, () -> !deployments(namespace)
                    .isEmpty());
            assertThat(condition(namespace, "deployed", "SufficientPermissions").status())
                    .isEqualTo(Condition.TRUE);
        }
        assertThat(deployments("other")).isEmpty();
    }

    @Test
    void containerSourcesAreDeployedInEachWatchedNamespaceAndNowhereElse() {
        cluster.apply(containerSource("other", "beats"));
        for (String namespace : WATCHED) {
            cluster.apply(containerSource(namespace, "beats"));
            RealCluster.await("its Deployment in " + namespace, () -> deployments(namespace).stream()
                    .anyMatch(deployment -> deployment.getMetadata().getName().equals("beats-deployment")));
        }
        assertThat(deployments("other")).isEmpty();
    }

    @Test
    void sinkBindingsAndPingSourcesAreNotReconciled() {
        cluster.apply("apiVersion: sources.knative.dev/v1\nkind: SinkBinding\nmetadata: {name: bind, namespace: shop}\n"
                + "spec: {sink: {uri: 'http://sink'}, subject: {apiVersion: apps/v1, kind: Deployment, name: a}}");
        cluster.apply("apiVersion: sources.knative.dev/v1\nkind: PingSource\nmetadata: {name: ping, namespace: shop}\n"
                + "spec: {sink: {uri: 'http://sink'}}");
        // Once the controller has reconciled a source that is newer, it would have reconciled them.
        cluster.apply(containerSource("shop", "newer"));
        RealCluster.await("its Deployment", () -> deployments("shop").stream()
                .anyMatch(deployment -> deployment.getMetadata().getName().equals("newer-deployment")));
        assertThat(requests())
                .filteredOn(request -> request.resource().startsWith("pingsources")
                        || (request.resource().startsWith("sinkbindings")
                                && request.verb().equals("watch")))
                .isEmpty();
    }

    @Test
    void whatNeedsClusterWidePermissionsIsACondition() {
        apply("shop", "selector", "namespaceSelector: {}, resources: [{apiVersion: v1, kind: Event}], " + SINK);
        apply("shop", "nodes", "resources: [{apiVersion: v1, kind: Node}], " + SINK);
        apply(
                "shop",
                "sink",
                "resources: [{apiVersion: v1, kind: Event}],"
                        + " sink: {ref: {apiVersion: v1, kind: Service, name: display, namespace: other}}");
        assertThat(condition("shop", "selector", "Ready"))
                .returns("InvalidSpec", Condition::reason)
                .satisfies(ready -> assertThat(ready.message()).contains("CLUSTER_ACCESS=false"));
        assertThat(condition("shop", "nodes", "SufficientPermissions"))
                .returns("Forbidden", Condition::reason)
                .satisfies(permissions -> assertThat(permissions.message()).startsWith("nodes has no namespace"));
        assertThat(condition("shop", "sink", "SinkProvided"))
                .returns("NotFound", Condition::reason)
                .satisfies(sink -> assertThat(sink.message()).contains("reads no objects in namespace other"));
    }

    @Test
    void usesExactlyTheGrantedPermissions() {
        apply("billing", "rights", "resources: [{apiVersion: v1, kind: Event}], " + SINK);
        apply(
                "billing",
                "identity",
                "resources: [{apiVersion: v1, kind: Event}], sink: {uri: 'https://sink', audience: sink}");
        RealCluster.await("its Deployment", () -> deployments("billing").stream()
                .anyMatch(deployment -> deployment.getMetadata().getName().startsWith("apiserversource-rights-")));
        // An apply by the administrator keeps the status and adds what Knative's controller leaves on a source.
        cluster.apply(source("billing", "rights", "resources: [{apiVersion: v1, kind: Event}], " + SINK)
                .replace("{name: rights", "{finalizers: [apiserversources.sources.knative.dev], name: rights"));
        // A controller that finds Deployments reads the state objects of their adapters.
        controller.close();
        cluster.apply(containerSource("billing", "knatives"));
        cluster.apply(
                containerSource("billing", "identity").replace("name: display}}", "name: display}, audience: sink}"));
        KnativeObjects.leave(cluster, "billing", "knatives");
        controller = controller();
        Set<String> granted = Rights.granted(ROLE);
        granted.addAll(Rights.granted(LEADER_ELECTION));
        RealCluster.await("all rights to be used", () -> Rights.used(requests()).containsAll(granted));
        assertThat(requests())
                .filteredOn(request -> request.code() == Rights.FORBIDDEN)
                .filteredOn(request -> !request.right().equals("list leases.coordination.k8s.io"))
                .extracting(Request::right)
                .isEmpty();
    }

    private static final String SINK = "sink: {ref: {apiVersion: v1, kind: Service, name: display}}";

    private List<Request> requests() {
        return cluster.plane().auditLog().requestsOf(account.user());
    }

    private void apply(String namespace, String name, String spec) {
        cluster.apply(source(namespace, name, spec));
    }

    private static String source(String namespace, String name, String spec) {
        return "apiVersion: sources.knative.dev/v1\nkind: ApiServerSource\nmetadata: {name: " + name + ", namespace: "
                + namespace + "}\nspec: {" + spec + "}";
    }

    private static String containerSource(String namespace, String name) {
        return "apiVersion: sources.knative.dev/v1\nkind: ContainerSource\nmetadata: {name: " + name + ", namespace: "
                + namespace + "}\nspec: {" + SINK + ", template: {spec: {containers: [{name: a, image: a}]}}}";
    }

    private Condition condition(String namespace, String name, String type) {
        RealCluster.await(type + " of " + namespace + "/" + name, () -> find(namespace, name, type)
                .isPresent());
        return find(namespace, name, type).orElseThrow();
    }

    private Optional<Condition> find(String namespace, String name, String type) {
        ApiServerSource source = find(namespace, name);
        return source.getStatus() == null
                ? Optional.empty()
                : source.getStatus().conditions().stream()
                        .filter(condition -> condition.type().equals(type))
                        .findFirst();
    }

    private ApiServerSource find(String namespace, String name) {
        return cluster.admin()
                .resources(ApiServerSource.class)
                .inNamespace(namespace)
                .withName(name)
                .get();
    }

    private List<Deployment> deployments(String namespace) {
        return cluster.admin()
                .apps()
                .deployments()
                .inNamespace(namespace)
                .list()
                .getItems();
    }
}
