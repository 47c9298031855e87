package dev.apiserversource.controller.real;

import dev.apiserversource.controller.RunningController;
import dev.apiserversource.controller.api.ApiServerSource;
import dev.apiserversource.controller.api.ApiServerSourceStatus;
import dev.apiserversource.controller.api.Condition;
import dev.apiserversource.controller.api.LegacyApiServerSource;
import dev.apiserversource.controller.real.RealCluster.Installed;
import dev.apiserversource.controller.status.Conditions;
import dev.apiserversource.loadtests.cluster.ControlPlaneTest;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.apps.DeploymentConditionBuilder;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseSpecBuilder;
import io.fabric8.kubernetes.api.model.rbac.Subject;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The controller under its shipped permissions on a real API server; the tests set the status of Deployments and sinks.
 */
@ControlPlaneTest
@ExtendWith(RealCluster.class)
class ReconcileRealIT {

    private static final long SECONDS = 60;
    private static final String TO_DISPLAY = "sink: {ref: {apiVersion: v1, kind: Service, name: event-display}}";
    private static final String EVENTS = "serviceAccountName: events-sa, resources: [{apiVersion: v1, kind: Event}]";

    private static final String IDENTITY = "events-oidc-sources.knative.dev-apiserversource";

    private final Installed cluster;
    private final KubernetesClient admin;
    private String namespace;
    private RunningController controller;

    ReconcileRealIT(Installed cluster) {
        this.cluster = cluster;
        this.admin = cluster.admin();
    }

    @BeforeEach
    void start() {
        namespace = cluster.plane().createNamespace("shop");
        grantEvents();
        controller = controller("one");
    }

    @AfterEach
    void stop() {
        controller.close();
        admin.resources(ApiServerSource.class).inNamespace(namespace).delete();
        admin.apps().deployments().inNamespace(namespace).delete();
    }

    @Test
    void becomesReadyWhenTheDeploymentIsAvailable() {
        service();
        source("{mode: Resource, " + EVENTS + ", " + TO_DISPLAY + "}");
        Deployment deployment = deployment();
        assertThat(deployment.getMetadata().getOwnerReferences())
                .singleElement()
                .satisfies(owner -> assertThat(owner.getKind()).isEqualTo("ApiServerSource"));
        makeAvailable(deployment);
        ApiServerSourceStatus status = await(ReconcileRealIT::isReady).getStatus();
        assertThat(status.conditions())
                .allSatisfy(condition -> assertThat(condition.status()).isEqualTo("True"));
        assertThat(status.sinkUri()).isEqualTo("http://event-display." + namespace + ".svc.cluster.local");
        assertThat(status.namespaces()).containsExactly(namespace);
        assertThat(eventReasons()).contains("ApiServerSourceDeploymentCreated");
    }

    @Test
    void updatedDeploymentIsReadyOnceItIsRolledOut() {
        source("{" + EVENTS + ", sink: {uri: 'http://sink'}}");
        makeAvailable(deployment());
        await(ReconcileRealIT::isReady);
        source("{mode: Resource, " + EVENTS + ", sink: {uri: 'http://sink'}}");
        await(source ->
                source.getStatus().observedGeneration() == 2 && is(source, "Ready", "Unknown", "DeploymentUpdating"));
        makeAvailable(deployment());
        await(ReconcileRealIT::isReady);
    }

    @Test
    void oldPodKeepsItsRightsUntilTheRolloutIsComplete() {
        grantEvents("other-sa");
        source("{" + EVENTS + ", sink: {uri: 'http://sink'}}");
        makeAvailable(deployment());
        await(ReconcileRealIT::isReady);
        source("{" + EVENTS.replace("events-sa", "other-sa") + ", sink: {uri: 'http://sink'}}");
        RealCluster.await("both subjects", () -> subjects().equals(List.of("other-sa", "events-sa")));
        makeAvailable(awaitDeployment(deployment -> deployment
                .getSpec()
                .getTemplate()
                .getSpec()
                .getServiceAccountName()
                .equals("other-sa")));
        RealCluster.await("the new subject only", () -> subjects().equals(List.of("other-sa")));
    }

    @Test
    void problemsThatTheAdapterReportsAreConditions() {
        source("{" + EVENTS + ", sink: {uri: 'http://sink'}}");
        makeAvailable(deployment());
        await(ReconcileRealIT::isReady);
        report("[{\"type\":\"SinkRefuses\",\"message\":\"the sink answers 403\"}]");
        ApiServerSource refused = await(source -> is(source, "Delivering", "False", "SinkRefuses"));
        assertThat(isReady(refused)).isTrue();
        report("[{\"type\":\"AccessDenied\",\"message\":\"events in shop\"}]");
        await(source -> is(source, "SufficientPermissions", "False", "AccessDenied"));
        report("[]");
        ApiServerSource recovered = await(ReconcileRealIT::isReady);
        assertThat(recovered.getStatus().conditions()).hasSize(5);
    }

    @Test
    void replayThatTheAdapterReportsIsACondition() {
        source("{replay: first-fill, " + EVENTS + ", sink: {uri: 'http://sink'}}");
        makeAvailable(deployment());
        await(source -> isReady(source) && is(source, "Replayed", "Unknown", "Pending"));
        report("progress", "{\"replay\":{\"value\":\"first-fill\",\"phase\":\"Running\",\"objects\":7}}");
        await(source -> is(source, "Replayed", "Unknown", "Running"));
        report("progress", "{\"replay\":{\"value\":\"first-fill\",\"phase\":\"Complete\",\"objects\":9}}");
        ApiServerSource complete = await(source -> is(source, "Replayed", "True", "Complete"));
        assertThat(Conditions.find(complete.getStatus().conditions(), "Replayed")
                        .orElseThrow()
                        .message())
                .isEqualTo("replay first-fill: 9 objects sent");
        assertThat(isReady(complete)).isTrue();
    }

    private void report(String problems) {
        report("problems", problems);
    }

    private void report(String annotation, String json) {
        String name = deployment().getMetadata().getName();
        admin.leases().inNamespace(namespace).withName(name).edit(lease -> {
            lease.getMetadata().setAnnotations(Map.of("apiserversource.dev/" + annotation, json));
            return lease;
        });
    }

    @Test
    void sinkThatExpectsATokenGetsThatOfAServiceAccountOfTheSource() {
        source("{" + EVENTS + ", sink: {uri: 'http://sink', audience: shop}}");
        ApiServerSource source = await(made -> is(made, "OIDCIdentityCreated", "True", null));
        assertThat(source.getStatus().sinkAudience()).isEqualTo("shop");
        assertThat(source.getStatus().auth().serviceAccountName()).isEqualTo(IDENTITY);
        ServiceAccount account = admin.serviceAccounts()
                .inNamespace(namespace)
                .withName(IDENTITY)
                .get();
        assertThat(account.getMetadata().getLabels()).containsEntry("eventing.knative.dev/oidc", "enabled");
        assertThat(account.getMetadata().getOwnerReferences())
                .extracting(owner -> owner.getUid())
                .containsExactly(source.getMetadata().getUid());
        assertThat(deployment()
                        .getSpec()
                        .getTemplate()
                        .getSpec()
                        .getContainers()
                        .get(0)
                        .getEnv())
                .contains(new EnvVar("K_AUDIENCE", "shop", null), new EnvVar("K_OIDC_SERVICE_ACCOUNT", IDENTITY, null));
        assertThat(admin.rbac()
                        .roles()
                        .inNamespace(namespace)
                        .withName(deployment().getMetadata().getName())
                        .get()
                        .getRules())
                .anySatisfy(rule -> {
                    assertThat(rule.getResources()).containsExactly("serviceaccounts/token");
                    assertThat(rule.getResourceNames()).containsExactly(IDENTITY);
                });
    }

    /** A source must not send the tokens of an account that someone else made for another purpose. */
    @Test
    void serviceAccountOfSomeoneElseIsNotUsed() {
        cluster.apply("apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: " + IDENTITY + ", namespace: " + namespace
                + "}");
        source("{" + EVENTS + ", sink: {uri: 'http://sink', audience: shop}}");
        await(source -> is(source, "OIDCIdentityCreated", "False", "NotOwned"));
        assertThat(condition(await(source -> true), "Ready").status()).isEqualTo("False");
        assertThat(deployments()).isEmpty();
    }

    @Test
    void permissionsOfAllServiceAccountsSuffice() {
        cluster.apply(role("event-watcher", "", "events"));
        cluster.apply(binding("x", "event-watcher")
                .replace(
                        "kind: ServiceAccount, name: x, namespace: " + namespace,
                        "kind: Group, apiGroup: rbac.authorization.k8s.io, name: 'system:serviceaccounts:" + namespace
                                + "'"));
        source("{serviceAccountName: x, resources: [{apiVersion: v1, kind: Event}], sink: {uri: 'http://sink'}}");
        await(source -> is(source, "SufficientPermissions", "True", null));
    }

    @Test
    void sinkIsFoundInTheVersionThatIsServed() {
        cluster.apply(ADDRESSABLE_CRD);
        cluster.established("buses.test.example");
        cluster.apply(ADDRESSABLE_ROLE);
        cluster.aggregate();
        cluster.apply(bus("http://first.example"));
        source("{" + EVENTS + ", sink: {ref: {apiVersion: test.example/v1alpha1, kind: bus, name: main}}}");
        await(source -> is(source, "SinkProvided", "True", "OtherVersion"));
        assertThat(environment(deployment())).containsEntry("K_SINK", "http://first.example");
        cluster.apply(bus("http://second.example"));
        await(source -> "http://second.example".equals(source.getStatus().sinkUri()));
    }

    @Test
    void missingSinkIsReportedAndRecovers() {
        source("{" + EVENTS + ", " + TO_DISPLAY + "}");
        await(source -> is(source, "SinkProvided", "False", "NotFound"));
        assertThat(eventReasons()).containsOnlyOnce("SinkNotFound");
        service();
        await(source -> is(source, "SinkProvided", "True", null));
        assertThat(environment(deployment()))
                .containsEntry("K_SINK", "http://event-display." + namespace + ".svc.cluster.local");
    }

    @Test
    void adapterFollowsTheAddressOfItsSink() {
        cluster.apply(ADDRESSABLE_CRD);
        cluster.established("buses.test.example");
        cluster.apply(ADDRESSABLE_ROLE);
        cluster.aggregate();
        cluster.apply(bus("http://first.example"));
        source("{" + EVENTS + ", sink: {ref: {apiVersion: test.example/v1, kind: Bus, name: main}, uri: /in}}");
        assertThat(environment(deployment())).containsEntry("K_SINK", "http://first.example/in");
        cluster.apply(bus("http://second.example"));
        awaitDeployment(
                deployment -> Objects.equals(environment(deployment).get("K_SINK"), "http://second.example/in"));
        await(source -> "http://second.example/in".equals(source.getStatus().sinkUri()));
    }

    @Test
    void adapterFollowsTheAddressOfAClusterScopedSink() {
        cluster.apply(ADDRESSABLE_CRD
                .replace("buses", "trunks")
                .replace("Bus", "Trunk")
                .replace("bus", "trunk")
                .replace("Namespaced", "Cluster"));
        cluster.established("trunks.test.example");
        cluster.apply(ADDRESSABLE_ROLE);
        cluster.aggregate();
        cluster.apply(trunk("http://first.example"));
        source("{" + EVENTS + ", sink: {ref: {apiVersion: test.example/v1, kind: Trunk, name: main}}}");
        assertThat(environment(deployment())).containsEntry("K_SINK", "http://first.example");
        cluster.apply(trunk("http://second.example"));
        awaitDeployment(deployment -> Objects.equals(environment(deployment).get("K_SINK"), "http://second.example"));
    }

    @Test
    void missingPermissionsAreReportedAndRecover() {
        service();
        source("{serviceAccountName: poor, resources: [{apiVersion: v1, kind: Event}], " + TO_DISPLAY + "}");
        ApiServerSource denied = await(source -> is(source, "SufficientPermissions", "False", "Forbidden"));
        assertThat(condition(denied, "SufficientPermissions").message())
                .isEqualTo("User system:serviceaccount:" + namespace + ":poor cannot get, list, watch resource"
                        + " \"events\""
                        + " in API group \"\" in Namespace \"" + namespace + "\"");
        grantEvents("poor");
        await(source -> is(source, "SufficientPermissions", "True", null));
        deployment();
    }

    @Test
    void unknownKindIsReportedAndWatchedOnceItIsServed() {
        service();
        source("{" + "serviceAccountName: oxherd, resources: [{apiVersion: farm.example/v1, kind: Ox}], " + TO_DISPLAY
                + "}");
        await(source -> is(source, "SufficientPermissions", "Unknown", "KindNotFound"));
        assertThat(environment(deployment()).get("K_SOURCE_CONFIG")).contains("\"Resource\":\"oxs\"");
        cluster.apply(role("oxherd", "farm.example", "oxen"));
        cluster.apply(binding("oxherd", "oxherd"));
        cluster.apply(OX_CRD);
        await(source -> is(source, "SufficientPermissions", "True", null));
        awaitDeployment(
                deployment -> environment(deployment).get("K_SOURCE_CONFIG").contains("\"Resource\":\"oxen\""));
    }

    @Test
    void driftIsRepairedAndForeignFieldsStay() {
        service();
        source("{" + EVENTS + ", " + TO_DISPLAY + "}");
        Deployment made = deployment();
        admin.resource(made).edit(deployment -> {
            Container container = container(deployment);
            container.setImage("other:1");
            container
                    .getEnv()
                    .add(new EnvVarBuilder()
                            .withName("LOG_LEVEL")
                            .withValue("DEBUG")
                            .build());
            deployment.getMetadata().setAnnotations(Map.of("owner", "me"));
            return deployment;
        });
        Deployment repaired =
                awaitDeployment(deployment -> container(deployment).getImage().equals("adapter:1"));
        assertThat(environment(repaired)).containsEntry("LOG_LEVEL", "DEBUG");
        assertThat(repaired.getMetadata().getAnnotations()).containsEntry("owner", "me");
    }

    @Test
    void deletedDeploymentIsRecreated() {
        service();
        source("{" + EVENTS + ", " + TO_DISPLAY + "}");
        Deployment first = deployment();
        admin.resource(first).delete();
        awaitDeployment(deployment ->
                !deployment.getMetadata().getUid().equals(first.getMetadata().getUid()));
    }

    @Test
    void changedSpecReachesTheAdapter() {
        service();
        source("{mode: Resource, " + EVENTS + ", " + TO_DISPLAY + "}");
        deployment();
        source("{mode: Reference, " + EVENTS + ", " + TO_DISPLAY + ", ceOverrides: {extensions: {team: a}}}");
        Deployment changed = awaitDeployment(
                deployment -> environment(deployment).get("K_SOURCE_CONFIG").contains("\"mode\":\"Reference\""));
        assertThat(environment(changed)).containsEntry("K_CE_OVERRIDES", "{\"extensions\":{\"team\":\"a\"}}");
        await(source -> Objects.equals(source.getStatus().observedGeneration(), 2L));
        source("{mode: Reference, " + EVENTS + ", " + TO_DISPLAY + "}");
        awaitDeployment(deployment -> !environment(deployment).containsKey("K_CE_OVERRIDES"));
    }

    @Test
    void fieldsKnativeLacksReachTheAdapterAndTheStatus() {
        source("{mode: Resource, initialState: Emit, gaps: Emit, " + EVENTS + ", sink: {uri: 'http://sink'}}");
        assertThat(environment(deployment()).get("K_SOURCE_CONFIG"))
                .contains("\"initialState\":\"Emit\"", "\"gaps\":\"Emit\"");
        ApiServerSource reported =
                await(source -> !source.getStatus().ceAttributes().isEmpty());
        assertThat(reported.getStatus().ceAttributes())
                .extracting(attributes -> attributes.type())
                .containsExactly(
                        "dev.knative.apiserver.resource.add",
                        "dev.knative.apiserver.resource.delete",
                        "dev.knative.apiserver.resource.update",
                        "dev.apiserversource.gap");
    }

    @Test
    void standbysAreSpreadOverNodesAndRemovedWithFewerReplicas() {
        source("{replicas: 2, " + EVENTS + ", sink: {uri: 'http://sink'}}");
        Deployment two = deployment();
        assertThat(two.getSpec().getReplicas()).isEqualTo(2);
        assertThat(two.getSpec().getTemplate().getSpec().getTopologySpreadConstraints())
                .singleElement()
                .satisfies(spread -> {
                    assertThat(spread.getTopologyKey()).isEqualTo("kubernetes.io/hostname");
                    assertThat(spread.getWhenUnsatisfiable()).isEqualTo("ScheduleAnyway");
                    assertThat(spread.getLabelSelector().getMatchLabels())
                            .isEqualTo(two.getSpec().getSelector().getMatchLabels());
                });
        source("{" + EVENTS + ", sink: {uri: 'http://sink'}}");
        Deployment one = awaitDeployment(deployment -> deployment.getSpec().getReplicas() == 1);
        assertThat(one.getSpec().getTemplate().getSpec().getTopologySpreadConstraints())
                .isEmpty();
    }

    @Test
    void adapterMayWriteItsCheckpointAndItsLeaseOnly() {
        source("{" + EVENTS + ", sink: {uri: 'http://sink'}}");
        String name = environment(deployment()).get("LEASE_NAME");
        try (KubernetesClient adapter = cluster.plane().clientAs("system:serviceaccount:" + namespace + ":events-sa")) {
            Lease lease = adapter.leases().inNamespace(namespace).withName(name).get();
            lease.setSpec(new LeaseSpecBuilder().withHolderIdentity("pod-1").build());
            adapter.resource(lease).update();
            assertRefused(409, () -> adapter.resource(lease).update());

            ConfigMap mark =
                    adapter.configMaps().inNamespace(namespace).withName(name).get();
            ConfigMap next = checkpoint(name, mark.getMetadata().getResourceVersion());
            adapter.resource(next).fieldManager("adapter").forceConflicts().serverSideApply();
            assertRefused(409, () -> adapter.resource(next)
                    .fieldManager("adapter")
                    .forceConflicts()
                    .serverSideApply());
            adapter.resource(checkpoint(name + "-16-15", null)).serverSideApply();

            assertRefused(403, () -> adapter.resource(checkpoint(name + "-16-16", null))
                    .serverSideApply());
            assertRefused(403, () -> adapter.leases()
                    .inNamespace(namespace)
                    .withName("other")
                    .get());
        }
    }

    @Test
    void namespaceSelectionFollowsLabels() {
        String label = "live-" + namespace;
        grantEventsInAllNamespaces();
        service();
        source("{" + EVENTS + ", namespaceSelector: {matchLabels: {test: " + label + "}}, " + TO_DISPLAY + "}");
        await(source ->
                source.getStatus() != null && source.getStatus().namespaces().isEmpty());
        cluster.apply(namespaceLabelled(namespace + "-a", label));
        await(source -> source.getStatus().namespaces().equals(List.of(namespace + "-a")));
        cluster.apply(namespaceLabelled(namespace + "-b", label));
        await(source -> source.getStatus().namespaces().equals(List.of(namespace + "-a", namespace + "-b")));
        cluster.apply(namespaceLabelled(namespace + "-a", "other"));
        await(source -> source.getStatus().namespaces().equals(List.of(namespace + "-b")));
        awaitDeployment(deployment ->
                environment(deployment).get("K_SOURCE_CONFIG").contains("\"namespaces\":[\"" + namespace + "-b\"]"));
    }

    @Test
    void newNamespaceDoesNotRollAnAdapterOfAllNamespaces() {
        String label = "all-" + namespace;
        grantEventsInAllNamespaces();
        source("{" + EVENTS + ", namespaceSelector: {}, sink: {uri: 'http://sink'}}");
        Deployment before = deployment();
        source(
                "selecting",
                "{" + EVENTS + ", namespaceSelector: {matchLabels: {test: " + label
                        + "}}, sink: {uri: 'http://sink'}}");
        cluster.apply(namespaceLabelled(namespace + "-new", label));
        await("selecting", source -> source.getStatus().namespaces().equals(List.of(namespace + "-new")));
        await(source -> source.getStatus().namespaces().contains(namespace + "-new"));
        assertThat(admin.resource(before).get().getMetadata().getGeneration()).isEqualTo(1);
    }

    @Test
    void legacySourceIsTranslatedAndItsStatusCopiedBack() {
        service();
        cluster.apply("apiVersion: sources.eventing.knative.dev/v1alpha1\nkind: ApiServerSource\nmetadata: {name:"
                + " old,"
                + " namespace: " + namespace + "}\nspec: {" + EVENTS
                + ", mode: Ref, sink: {apiVersion: v1, kind: Service,"
                + " name: event-display}}");
        Deployment deployment = deployment();
        assertThat(environment(deployment).get("K_SOURCE_CONFIG")).contains("\"mode\":\"Reference\"");
        ApiServerSource translation = admin.resources(ApiServerSource.class)
                .inNamespace(namespace)
                .list()
                .getItems()
                .get(0);
        assertThat(translation.getMetadata().getOwnerReferences())
                .singleElement()
                .satisfies(owner -> {
                    assertThat(owner.getApiVersion()).isEqualTo("sources.eventing.knative.dev/v1alpha1");
                    assertThat(owner.getName()).isEqualTo("old");
                });
        makeAvailable(deployment);
        LegacyApiServerSource legacy = admin.resources(LegacyApiServerSource.class)
                .inNamespace(namespace)
                .withName("old")
                .waitUntilCondition(
                        source -> source.getStatus() != null
                                && source.getStatus().conditions().stream()
                                        .anyMatch(condition -> condition.type().equals("Ready")
                                                && condition.status().equals("True")),
                        SECONDS,
                        TimeUnit.SECONDS);
        assertThat(legacy.getStatus().sinkUri()).isEqualTo("http://event-display." + namespace + ".svc.cluster.local");
        assertThat(legacy.getStatus().observedGeneration())
                .isEqualTo(legacy.getMetadata().getGeneration());
        admin.resource(legacy).delete();
    }

    @Test
    void writesNothingWhileIdleOrAfterARestart() {
        service();
        source("{replicas: 2, initialState: Emit, gaps: Emit, " + EVENTS + ", " + TO_DISPLAY + "}");
        makeAvailable(deployment());
        await(ReconcileRealIT::isReady);
        controller.close();
        Instant restart = Instant.now();
        controller = controller("restarted");
        // Once the restarted controller has reconciled a second source, it has reconciled the first.
        source("second", "{" + EVENTS + ", sink: {uri: 'http://elsewhere'}}");
        await("second", source -> source.getStatus() != null);
        assertThat(cluster.writesSince(restart))
                .filteredOn(request -> request.namespace().equals(namespace))
                .noneMatch(request -> request.name().startsWith("apiserversource-events-"))
                .noneMatch(request -> request.name().equals("events"));
    }

    @Test
    void standbyTakesOverWhenTheLeaderStops() {
        try (RunningController second = controller("second")) {
            assertThat(second.problems()).isEmpty();
            controller.close();
            service();
            source("{" + EVENTS + ", " + TO_DISPLAY + "}");
            deployment();
        }
    }

    private RunningController controller(String name) {
        return RunningController.start(cluster.controller().kubeconfig(), Map.of("POD_NAME", name));
    }

    private ApiServerSource source(String spec) {
        return source("events", spec);
    }

    private ApiServerSource source(String name, String spec) {
        cluster.apply("apiVersion: sources.knative.dev/v1\nkind: ApiServerSource\nmetadata: {name: " + name
                + ", namespace: " + namespace + "}\nspec: " + spec);
        return admin.resources(ApiServerSource.class)
                .inNamespace(namespace)
                .withName(name)
                .get();
    }

    private ApiServerSource await(Predicate<ApiServerSource> condition) {
        return await("events", condition);
    }

    private ApiServerSource await(String name, Predicate<ApiServerSource> condition) {
        return admin.resources(ApiServerSource.class)
                .inNamespace(namespace)
                .withName(name)
                .waitUntilCondition(
                        source -> source != null && source.getStatus() != null && condition.test(source),
                        SECONDS,
                        TimeUnit.SECONDS);
    }

    private Deployment deployment() {
        return awaitDeployment(Objects::nonNull);
    }

    private Deployment awaitDeployment(Predicate<Deployment> condition) {
        RealCluster.await("the Deployment", () -> deployments().stream().anyMatch(condition));
        return deployments().stream().filter(condition).findFirst().orElseThrow();
    }

    private List<Deployment> deployments() {
        return admin.apps().deployments().inNamespace(namespace).list().getItems();
    }

    private void makeAvailable(Deployment deployment) {
        admin.resource(deployment).editStatus(current -> new DeploymentBuilder(current)
                .editOrNewStatus()
                .withObservedGeneration(current.getMetadata().getGeneration())
                .withReplicas(current.getSpec().getReplicas())
                .withUpdatedReplicas(current.getSpec().getReplicas())
                .withAvailableReplicas(current.getSpec().getReplicas())
                .withReadyReplicas(current.getSpec().getReplicas())
                .withUnavailableReplicas(null)
                .withConditions(new DeploymentConditionBuilder()
                        .withType("Available")
                        .withStatus("True")
                        .withReason("MinimumReplicasAvailable")
                        .build())
                .endStatus()
                .build());
    }

    private List<String> subjects() {
        return admin.rbac().roleBindings().inNamespace(namespace).list().getItems().stream()
                .filter(binding -> binding.getMetadata().getName().startsWith("apiserversource-events-"))
                .flatMap(binding -> binding.getSubjects().stream())
                .map(Subject::getName)
                .toList();
    }

    private void service() {
        cluster.apply("apiVersion: v1\nkind: Service\nmetadata: {name: event-display, namespace: " + namespace
                + "}\nspec: {ports: [{port: 80}]}");
    }

    private void grantEvents() {
        grantEvents("events-sa");
    }

    private void grantEvents(String account) {
        cluster.apply(role("event-watcher", "", "events"));
        cluster.apply(binding(account, "event-watcher"));
    }

    private void grantEventsInAllNamespaces() {
        cluster.apply(
                "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\nmetadata: {name: " + namespace
                        + "}\nroleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name:"
                        + " event-watcher}\nsubjects:"
                        + " [{kind: ServiceAccount, name: events-sa, namespace: " + namespace + "}]");
    }

    private String role(String name, String group, String resource) {
        return "apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: " + name + ", namespace: "
                + namespace + "}\nrules: [{apiGroups: ['" + group + "'], resources: [" + resource
                + "], verbs: [list, watch]}]";
    }

    private String binding(String account, String role) {
        return "apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {name: " + role + "-" + account
                + ", namespace: " + namespace + "}\nroleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: "
                + role
                + "}\nsubjects: [{kind: ServiceAccount, name: " + account + ", namespace: " + namespace + "}]";
    }

    private String namespaceLabelled(String name, String label) {
        return "apiVersion: v1\nkind: Namespace\nmetadata: {name: " + name + ", labels: {test: " + label + "}}";
    }

    private String bus(String url) {
        return "apiVersion: test.example/v1\nkind: Bus\nmetadata: {name: main, namespace: " + namespace
                + "}\nstatus: {address: {url: '" + url + "'}}";
    }

    private static String trunk(String url) {
        return "apiVersion: test.example/v1\nkind: Trunk\nmetadata: {name: main}\nstatus: {address: {url: '" + url
                + "'}}";
    }

    private ConfigMap checkpoint(String name, String resourceVersion) {
        return new ConfigMapBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(namespace)
                .withResourceVersion(resourceVersion)
                .endMetadata()
                .addToData("mark", "7")
                .build();
    }

    private static void assertRefused(int code, ThrowingCallable write) {
        assertThatExceptionOfType(KubernetesClientException.class)
                .isThrownBy(write)
                .satisfies(refusal -> assertThat(refusal.getCode()).isEqualTo(code));
    }

    private List<String> eventReasons() {
        return admin.v1().events().inNamespace(namespace).list().getItems().stream()
                .map(Event::getReason)
                .toList();
    }

    private static Container container(Deployment deployment) {
        return deployment.getSpec().getTemplate().getSpec().getContainers().get(0);
    }

    private static Map<String, String> environment(Deployment deployment) {
        return container(deployment).getEnv().stream()
                .filter(variable -> variable.getValue() != null)
                .collect(java.util.stream.Collectors.toMap(EnvVar::getName, EnvVar::getValue));
    }

    private static boolean isReady(ApiServerSource source) {
        return source.getStatus().conditions().stream()
                .anyMatch(condition ->
                        condition.type().equals("Ready") && condition.status().equals("True"));
    }

    private static boolean is(ApiServerSource source, String type, String status, String reason) {
        return source.getStatus().conditions().stream()
                .anyMatch(condition -> condition.type().equals(type)
                        && condition.status().equals(status)
                        && Objects.equals(condition.reason(), reason));
    }

    private static Condition condition(ApiServerSource source, String type) {
        return source.getStatus().conditions().stream()
                .filter(condition -> condition.type().equals(type))
                .findFirst()
                .orElseThrow();
    }

    private static final String ADDRESSABLE_CRD = """
            apiVersion: apiextensions.k8s.io/v1
            kind: CustomResourceDefinition
            metadata: {name: buses.test.example}
            spec:
              group: test.example
              scope: Namespaced
              names: {kind: Bus, plural: buses, singular: bus, listKind: BusList}
              versions:
                - name: v1
                  served: true
                  storage: true
                  schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
            """;

    private static final String ADDRESSABLE_ROLE = """
            apiVersion: rbac.authorization.k8s.io/v1
            kind: ClusterRole
            metadata: {name: bus-addresses, labels: {duck.knative.dev/addressable: "true"}}
            rules: [{apiGroups: [test.example], resources: [buses, trunks], verbs: [get, list, watch]}]
            """;

    private static final String OX_CRD = """
            apiVersion: apiextensions.k8s.io/v1
            kind: CustomResourceDefinition
            metadata: {name: oxen.farm.example}
            spec:
              group: farm.example
              scope: Namespaced
              names: {kind: Ox, plural: oxen, singular: ox, listKind: OxList}
              versions:
                - name: v1
                  served: true
                  storage: true
                  schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
            """;
}
