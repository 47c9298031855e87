package dev.apiserversource.controller.real;

import dev.apiserversource.controller.RunningController;
import dev.apiserversource.controller.api.ApiServerSource;
import dev.apiserversource.controller.real.RealCluster.Installed;
import dev.apiserversource.loadtests.cluster.ControlPlaneTest;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElectionConfig;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElector;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaseLock;
import io.fabric8.kubernetes.client.utils.Serialization;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;

import static org.assertj.core.api.Assertions.assertThat;

/** The controller beside Knative's, under its shipped permissions on a real API server. */
@ControlPlaneTest
@ExtendWith(RealCluster.class)
class KnativeRealIT {

    private static final long SECONDS = 60;
    private static final String FINALIZER = "apiserversources.sources.knative.dev";
    private static final String KNATIVE_NAMESPACE = "knative-eventing";
    private static final String LEASE =
            "controller.knative.dev.eventing.pkg.reconciler.apiserversource.reconciler.00-of-01";
    private static final String EVENTS = "serviceAccountName: events-sa, resources: [{apiVersion: v1, kind: Event}]";
    private static final String PEM = "-----BEGIN CERTIFICATE-----";
    private static final String TRUSTING_SINK = "sink: {uri: 'https://sink.example', CACerts: '" + PEM + "'}";

    /** What Knative's webhook does: it refuses fields that Knative does not have. */
    private static final String STRICT_POLICY = """
            apiVersion: admissionregistration.k8s.io/v1
            kind: ValidatingAdmissionPolicy
            metadata: {name: webhook.eventing.knative.dev}
            spec:
              matchConstraints:
                resourceRules:
                  - apiGroups: [sources.knative.dev]
                    apiVersions: ['*']
                    operations: [CREATE, UPDATE]
                    resources: [apiserversources, apiserversources/status]
              validations:
                - expression: "!has(object.spec.delivery) && !has(object.spec.initialState)
                    && !has(object.spec.gaps) && !has(object.spec.replicas)"
                  message: unknown field
            """;

    private static final String STRICT_BINDING = """
            apiVersion: admissionregistration.k8s.io/v1
            kind: ValidatingAdmissionPolicyBinding
            metadata: {name: webhook.eventing.knative.dev}
            spec:
              policyName: webhook.eventing.knative.dev
              validationActions: [Deny]
              matchResources: {namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: NS}}}
            """;

    private final Installed cluster;
    private final KubernetesClient admin;
    private String namespace;

    KnativeRealIT(Installed cluster) {
        this.cluster = cluster;
        this.admin = cluster.admin();
    }

    @BeforeEach
    void prepare() {
        namespace = cluster.plane().createNamespace("guest");
        cluster.apply("apiVersion: v1\nkind: Namespace\nmetadata: {name: " + KNATIVE_NAMESPACE + "}");
        cluster.apply("""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: Role
                metadata: {name: event-watcher, namespace: NS}
                rules: [{apiGroups: [''], resources: [events], verbs: [list, watch]}]
                """.replace("NS", namespace));
        cluster.apply("""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: RoleBinding
                metadata: {name: event-watcher, namespace: NS}
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: event-watcher}
                subjects: [{kind: ServiceAccount, name: events-sa, namespace: NS}]
                """.replace("NS", namespace));
    }

    @AfterEach
    void cleanUp() {
        admin.leases().inNamespace(KNATIVE_NAMESPACE).withName(LEASE).delete();
        // No garbage collector runs, and the controllers of other classes would reconcile what is left.
        source().delete();
        admin.apps().deployments().inNamespace(namespace).delete();
    }

    @Test
    void sourceWithTheFinalizerOfKnativeCanBeDeleted() {
        source("{" + EVENTS + ", " + TRUSTING_SINK + "}");
        source().edit(source -> {
            source.getMetadata().setFinalizers(List.of(FINALIZER));
            return source;
        });
        source().delete();
        try (RunningController controller = controller(Map.of())) {
            assertThat(controller.problems()).isEmpty();
            source().waitUntilCondition(Objects::isNull, SECONDS, TimeUnit.SECONDS);
        }
    }

    @Test
    void whatKnativeSetIsRemovedFromTheDeployment() {
        source("{" + EVENTS + ", " + TRUSTING_SINK + ", ceOverrides: {extensions: {team: a}}}");
        try (KubernetesClient knative = knativesClient()) {
            knative.resource(knativesDeployment()).create();
        }
        try (RunningController controller = controller(Map.of())) {
            assertThat(controller.problems()).isEmpty();
            Deployment adopted = awaitDeployment(
                    deployment -> container(deployment).getImage().equals("adapter:1"));
            assertThat(environment(adopted))
                    .containsEntry("K_CE_OVERRIDES", "{\"extensions\":{\"team\":\"a\"}}")
                    .containsEntry("K_CA_CERTS", PEM)
                    .containsKey("LEASE_NAME")
                    .doesNotContainKeys("K_AUDIENCE", "K_LOGGING_CONFIG");
            PodSpec pod = adopted.getSpec().getTemplate().getSpec();
            assertThat(pod.getNodeSelector()).isNullOrEmpty();
            assertThat(pod.getVolumes()).extracting(Volume::getName).doesNotContain("kne-bundle");
            assertThat(container(adopted).getVolumeMounts())
                    .extracting(VolumeMount::getName)
                    .doesNotContain("kne-bundle");
            assertThat(container(adopted).getPorts()).hasSize(2);
            assertThat(container(adopted).getEnv())
                    .filteredOn(variable -> variable.getValueFrom() != null)
                    .extracting(EnvVar::getName)
                    .contains("NAMESPACE", "POD_NAME");

            source("{" + EVENTS + ", sink: {uri: 'https://sink.example'}}");
            Deployment changed =
                    awaitDeployment(deployment -> !environment(deployment).containsKey("K_CE_OVERRIDES"));
            assertThat(environment(changed)).doesNotContainKey("K_CA_CERTS");
        }
    }

    @Test
    void whatKnativeSetIsRemovedFromTheStatus() {
        source("{" + EVENTS + ", sink: {uri: 'https://sink.example'}}");
        GenericKubernetesResource theirs = admin.genericKubernetesResources("sources.knative.dev/v1", "ApiServerSource")
                .inNamespace(namespace)
                .withName("events")
                .get();
        theirs.setAdditionalProperty(
                "status",
                Map.of(
                        "sinkUri", "https://old.example",
                        "sinkCACerts", "OLD",
                        "sinkAudience", "old",
                        "conditions", List.of(Map.of("type", "Ready", "status", "True")),
                        "auth", Map.of("serviceAccountName", "old")));
        try (KubernetesClient knative = knativesClient()) {
            knative.resource(theirs).updateStatus();
        }
        try (RunningController controller = controller(Map.of())) {
            assertThat(controller.problems()).isEmpty();
            ApiServerSource source = source().waitUntilCondition(
                            current -> "https://sink.example"
                                    .equals(current.getStatus().sinkUri()),
                            SECONDS,
                            TimeUnit.SECONDS);
            assertThat(source.getStatus().sinkCACerts()).isNull();
            assertThat(source.getStatus().sinkAudience()).isNull();
            assertThat(source.getStatus().auth()).isNull();
        }
    }

    @Test
    void annotationsReplaceFieldsThatTheWebhookOfKnativeRefuses() {
        cluster.apply(STRICT_POLICY);
        cluster.apply(STRICT_BINDING.replace("NS", namespace));
        RealCluster.await("the policy", () -> isRefused("{replicas: 2, " + EVENTS + ", " + TRUSTING_SINK + "}"));
        try (RunningController controller = controller(Map.of())) {
            assertThat(controller.problems()).isEmpty();
            source("{" + EVENTS + ", " + TRUSTING_SINK + "}");
            awaitDeployment(Objects::nonNull);
            annotate("apiserversource.dev/replicas", "2");
            annotate("apiserversource.dev/delivery", "{\"retry\": 5}");
            Deployment changed = awaitDeployment(deployment ->
                    environment(deployment).get("K_SOURCE_CONFIG").contains("\"delivery\":{\"retry\":5}"));
            assertThat(changed.getSpec().getReplicas()).isEqualTo(2);
            annotate("apiserversource.dev/replicas", "many");
            source().waitUntilCondition(
                            source -> source.getStatus().conditions().stream()
                                    .anyMatch(condition -> condition.type().equals("Ready")
                                            && condition.status().equals("False")
                                            && String.valueOf(condition.message())
                                                    .startsWith("annotation apiserversource.dev/replicas: ")),
                            SECONDS,
                            TimeUnit.SECONDS);
        }
    }

    private boolean isRefused(String spec) {
        try {
            source(spec);
            return false;
        } catch (KubernetesClientException e) {
            return e.getMessage().contains("unknown field");
        }
    }

    private void annotate(String name, String value) {
        String quoted = value.replace("\"", "\\\"");
        source().patch(
                        PatchContext.of(PatchType.JSON_MERGE),
                        "{\"metadata\": {\"annotations\": {\"%s\": \"%s\"}}}".formatted(name, quoted));
    }

    @Test
    void sourcesAreLeftToKnativeUntilItStops() throws InterruptedException {
        KnativeElection knative = new KnativeElection();
        assertThat(knative.next()).isEqualTo("leads");
        source("{" + EVENTS + ", " + TRUSTING_SINK + "}");
        try (RunningController controller = controller(Map.of())) {
            assertThat(controller.problems()).isEmpty();
            RealCluster.await(
                    "the Event object", () -> admin.v1().events().inNamespace(namespace).list().getItems().stream()
                            .anyMatch(event -> event.getReason().equals("LeftToKnative")));
            assertThat(deployments()).isEmpty();
            assertThat(source().get().getStatus()).isNull();
            knative.close();
            awaitDeployment(Objects::nonNull);
        }
    }

    @Test
    void takeoverStopsTheLeaderOfKnativeFirstAndGivesTheLeaseBack() throws InterruptedException {
        try (KnativeElection knative = new KnativeElection()) {
            assertThat(knative.next()).isEqualTo("leads");
            source("{" + EVENTS + ", " + TRUSTING_SINK + "}");
            try (RunningController controller =
                    controller(Map.of("KNATIVE_TAKEOVER", "true", "LEASE_DURATION", "PT15S"))) {
                assertThat(controller.problems()).isEmpty();
                assertThat(knative.next()).isEqualTo("stopped");
                assertThat(deployments()).isEmpty();
                awaitDeployment(Objects::nonNull);
                assertThat(knative.transitions).isEmpty();
            }
            assertThat(knative.next()).isEqualTo("leads");
        }
    }

    /** The API server takes the name of the field manager from the user agent. */
    private KubernetesClient knativesClient() {
        return new KubernetesClientBuilder()
                .withConfig(new ConfigBuilder(admin.getConfiguration())
                        .withUserAgent("controller/v0.0.0 (linux/amd64)")
                        .build())
                .build();
    }

    private RunningController controller(Map<String, String> environment) {
        return RunningController.start(cluster.controller().client(), environment);
    }

    private void source(String spec) {
        cluster.apply("apiVersion: sources.knative.dev/v1\nkind: ApiServerSource\nmetadata: {name: events, namespace: "
                + namespace + "}\nspec: " + spec);
    }

    private Resource<ApiServerSource> source() {
        return admin.resources(ApiServerSource.class).inNamespace(namespace).withName("events");
    }

    private List<Deployment> deployments() {
        return admin.apps().deployments().inNamespace(namespace).list().getItems();
    }

    private Deployment awaitDeployment(Predicate<Deployment> condition) {
        RealCluster.await("the Deployment", () -> deployments().stream().anyMatch(condition));
        return deployments().stream().filter(condition).findFirst().orElseThrow();
    }

    private static Container container(Deployment deployment) {
        return deployment.getSpec().getTemplate().getSpec().getContainers().get(0);
    }

    private static Map<String, String> environment(Deployment deployment) {
        return container(deployment).getEnv().stream()
                .filter(variable -> variable.getValue() != null)
                .collect(Collectors.toMap(EnvVar::getName, EnvVar::getValue));
    }

    /** As Knative 1.22 makes it, with every optional part. */
    private Deployment knativesDeployment() {
        String uid = source().get().getMetadata().getUid();
        return Serialization.unmarshal(
                """
                apiVersion: apps/v1
                kind: Deployment
                metadata:
                  name: apiserversource-events-UID
                  namespace: NS
                  labels: &labels
                    eventing.knative.dev/source: apiserver-source-controller
                    eventing.knative.dev/sourceName: events
                  ownerReferences:
                    - apiVersion: sources.knative.dev/v1
                      kind: ApiServerSource
                      name: events
                      uid: UID
                      controller: true
                      blockOwnerDeletion: true
                spec:
                  replicas: 1
                  selector: {matchLabels: *labels}
                  template:
                    metadata: {labels: *labels, annotations: {sidecar.istio.io/inject: "true"}}
                    spec:
                      nodeSelector: {disktype: ssd}
                      serviceAccountName: events-sa
                      enableServiceLinks: false
                      containers:
                        - name: receive-adapter
                          image: knative:1
                          env:
                            - {name: K_SINK, value: "http://old"}
                            - {name: K_SOURCE_CONFIG, value: "{}"}
                            - {name: SYSTEM_NAMESPACE, value: knative-eventing}
                            - {name: NAMESPACE, valueFrom: {fieldRef: {fieldPath: metadata.namespace}}}
                            - {name: NAME, value: events}
                            - {name: METRICS_DOMAIN, value: knative.dev/eventing}
                            - {name: K_CA_CERTS, value: "PEM"}
                            - {name: K_AUDIENCE, value: old}
                            - {name: K_LOGGING_CONFIG, value: "{}"}
                            - {name: K_CE_OVERRIDES, value: '{"extensions":{"team":"a"}}'}
                          ports:
                            - {name: metrics, containerPort: 9092}
                            - {name: probes, containerPort: 8080}
                          readinessProbe: {httpGet: {path: readiness, port: probes}}
                          livenessProbe: {httpGet: {path: health, port: probes}}
                          volumeMounts:
                            - {name: kne-bundle, mountPath: /knative-custom-certs, readOnly: true}
                      volumes:
                        - name: kne-bundle
                          projected: {sources: [{configMap: {name: kne-bundle}}]}
                """.replace("NS\n", namespace + "\n").replace("UID", uid).replace("PEM", PEM), Deployment.class);
    }

    /** The election of Knative's reconciler: client-go's, begun again after each loss of the Lease. */
    private final class KnativeElection implements AutoCloseable {

        private static final Duration LEASE_DURATION = Duration.ofSeconds(4);
        private static final Duration RENEW_DEADLINE = Duration.ofSeconds(3);
        private static final Duration RETRY_PERIOD = Duration.ofMillis(500);

        private final BlockingQueue<String> transitions = new LinkedBlockingQueue<>();
        private final ExecutorService executor = Executors.newCachedThreadPool();
        private volatile boolean closed;
        private volatile CompletableFuture<?> term;

        KnativeElection() {
            elect();
        }

        @SuppressWarnings("FutureReturnValueIgnored") // the next term begins in its callback
        private void elect() {
            LeaderCallbacks callbacks =
                    new LeaderCallbacks(() -> transitions.add("leads"), () -> transitions.add("stopped"), leader -> {});
            LeaderElectionConfig config = new LeaderElectionConfig(
                    new LeaseLock(KNATIVE_NAMESPACE, LEASE, "knative-1"),
                    LEASE_DURATION,
                    RENEW_DEADLINE,
                    RETRY_PERIOD,
                    callbacks,
                    true,
                    "knative");
            term = new LeaderElector(admin, config, executor).start();
            term.whenComplete((result, failure) -> {
                if (!closed) {
                    executor.execute(this::elect);
                }
            });
        }

        String next() throws InterruptedException {
            return transitions.poll(SECONDS, TimeUnit.SECONDS);
        }

        @Override
        public void close() {
            closed = true;
            term.cancel(true);
            executor.shutdown();
        }
    }
}
