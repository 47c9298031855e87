package dev.apiserversource.controller.real;

import dev.apiserversource.controller.Repository;
import dev.apiserversource.controller.RunningController;
import dev.apiserversource.controller.api.ApiServerSource;
import dev.apiserversource.controller.api.ApiServerSourceStatus.AuthStatus;
import dev.apiserversource.controller.api.Condition;
import dev.apiserversource.controller.api.ContainerSource;
import dev.apiserversource.controller.api.PingSource;
import dev.apiserversource.controller.real.RealCluster.Installed;
import dev.apiserversource.controller.trust.BundleVolume;
import dev.apiserversource.loadtests.cluster.ControlPlaneTest;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;

/**
 * ContainerSources under the shipped permissions on a real API server; the tests set the status of Deployments.
 */
@ControlPlaneTest
@ExtendWith(RealCluster.class)
class ContainerSourceRealIT {

    private static final long SECONDS = 60;
    private static final Path SAMPLES = Repository.ROOT.resolve("samples/containersource");
    private static final Path BUNDLE = Repository.ROOT.resolve("samples/trust-bundle/trust-bundle.yaml");
    private static final String CONTAINER = "{name: a, image: a}";

    private final Installed cluster;
    private final KubernetesClient admin;
    private String namespace;
    private RunningController controller;

    ContainerSourceRealIT(Installed cluster) {
        this.cluster = cluster;
        this.admin = cluster.admin();
    }

    @BeforeEach
    void start() {
        namespace = cluster.plane().createNamespace("containers");
        cluster.apply("apiVersion: v1\nkind: Service\nmetadata: {name: event-display, namespace: " + namespace
                + "}\nspec: {ports: [{port: 80}]}");
        controller = controller("one");
    }

    @AfterEach
    void stop() {
        controller.close();
        admin.resources(ContainerSource.class).inNamespace(namespace).delete();
        admin.apps().deployments().inNamespace(namespace).delete();
    }

    static List<Path> samples() {
        return Repository.yamls(SAMPLES);
    }

    @ParameterizedTest
    @MethodSource("samples")
    void everySampleIsTaken(Path sample) {
        GenericKubernetesResource taken = admin.resource(
                        Serialization.unmarshal(Repository.read(sample), GenericKubernetesResource.class))
                .inNamespace(namespace)
                .dryRun(true)
                .create();
        assertThat(taken.getMetadata().getUid()).isNotEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "heartbeats, test-heartbeats",
        "heartbeats-v1beta1, test-heartbeats-v1beta1",
        "heartbeats-v1alpha2, test-heartbeats-v1alpha2"
    })
    void tutorialRunsHeartbeatsInAllVersions(String file, String name) {
        sample(file);
        Deployment deployment = awaitDeployment(name + "-deployment", Objects::nonNull);
        assertThat(environment(deployment))
                .containsEntry("K_SINK", "http://event-display." + namespace + ".svc.cluster.local")
                .containsEntry("K_CE_OVERRIDES", "")
                .containsEntry("POD_NAME", "mypod");
        makeAvailable(deployment);
        ContainerSource ready = await(name, ContainerSourceRealIT::isReady);
        assertThat(ready.getStatus().conditions())
                .extracting(Condition::type, Condition::status)
                .containsExactly(
                        tuple("Ready", "True"),
                        tuple("ReceiveAdapterReady", "True"),
                        tuple("SinkBindingReady", "True"));
        assertThat(ready.getStatus().sinkUri()).isEqualTo("http://event-display." + namespace + ".svc.cluster.local");
        assertThat(eventReasons()).contains("ContainerSourceDeploymentCreated");
    }

    @Test
    void writesNothingWhileIdleOrAfterARestart() {
        cluster.apply(Repository.read(SAMPLES.resolve("pod-template.yaml"))
                .replace("  name: pod-template\n", "  name: pod-template\n  namespace: " + namespace + "\n")
                .replaceFirst("(?s)  sink:.*", "  sink: {uri: 'http://sink'}\n"));
        makeAvailable(awaitDeployment("pod-template-deployment", Objects::nonNull));
        await("pod-template", ContainerSourceRealIT::isReady);
        controller.close();
        Instant restart = Instant.now();
        controller = controller("restarted");
        // Once the restarted controller has reconciled a second source, it has reconciled the first.
        source("second", "{uri: 'http://sink'}", CONTAINER);
        await("second", source -> true);
        assertThat(cluster.writesSince(restart))
                .filteredOn(request -> request.namespace().equals(namespace))
                .noneMatch(request -> request.name().startsWith("pod-template"));
    }

    @Test
    void changesOfTheTemplateAndTheSinkRollTheDeployment() {
        source("beats", "{uri: 'http://sink'}", CONTAINER);
        awaitDeployment("beats-deployment", Objects::nonNull);
        source("beats", "{uri: 'http://other'}", "{name: a, image: b, args: [--period=1]}");
        Deployment changed = awaitDeployment("beats-deployment", deployment -> "http://other"
                .equals(environment(deployment).get("K_SINK")));
        assertThat(container(changed).getImage()).isEqualTo("b");
        assertThat(container(changed).getArgs()).containsExactly("--period=1");
        RealCluster.await("the Event object", () -> eventReasons().contains("ContainerSourceDeploymentUpdated"));
    }

    @Test
    void whatOthersChangeOfTheContainerIsRestoredAndReplicasAreNot() {
        source("beats", "{uri: 'http://sink'}", CONTAINER);
        awaitDeployment("beats-deployment", Objects::nonNull);
        admin.apps()
                .deployments()
                .inNamespace(namespace)
                .withName("beats-deployment")
                .edit(deployment -> {
                    container(deployment).setImage("other");
                    deployment.getSpec().setReplicas(3);
                    return deployment;
                });
        Deployment restored = awaitDeployment(
                "beats-deployment",
                deployment -> container(deployment).getImage().equals("a"));
        assertThat(restored.getSpec().getReplicas()).isEqualTo(3);
    }

    @Test
    void missingSinkIsReportedAndRecovers() {
        source("beats", "{ref: {apiVersion: v1, kind: Service, name: later}}", CONTAINER);
        await("beats", source -> is(source, "SinkBindingReady", "False", "NotFound"));
        assertThat(admin.apps().deployments().inNamespace(namespace).list().getItems())
                .isEmpty();
        assertThat(eventReasons()).containsOnlyOnce("SinkNotFound");
        cluster.apply("apiVersion: v1\nkind: Service\nmetadata: {name: later, namespace: " + namespace
                + "}\nspec: {ports: [{port: 80}]}");
        awaitDeployment("beats-deployment", Objects::nonNull);
        await("beats", source -> is(source, "SinkBindingReady", "True", null));
    }

    @Test
    void deploymentOfAnotherOwnerIsNotChanged() {
        cluster.apply("apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: beats-deployment, namespace: "
                + namespace + "}\nspec: {selector: {matchLabels: {app: mine}}, template: {metadata: {labels:"
                + " {app: mine}}, spec: {containers: [{name: mine, image: mine}]}}}");
        source("beats", "{uri: 'http://sink'}", CONTAINER);
        await("beats", source -> is(source, "ReceiveAdapterReady", "False", "NotOwned"));
        Deployment theirs = awaitDeployment("beats-deployment", Objects::nonNull);
        assertThat(container(theirs).getImage()).isEqualTo("mine");
        admin.resource(theirs).delete();
        awaitDeployment(
                "beats-deployment",
                deployment -> container(deployment).getImage().equals("a"));
    }

    @Test
    void podThatTheApiServerRefusesIsACondition() {
        source("beats", "{uri: 'http://sink'}", "{name: a, image: a, ports: [{containerPort: 70000}]}");
        ContainerSource refused = await("beats", source -> is(source, "ReceiveAdapterReady", "False", "Refused"));
        assertThat(condition(refused, "Ready").message()).contains("containerPort");
    }

    @Test
    void deploymentOfKnativeIsTakenOverWithItsSinkBinding() {
        controller.close();
        cluster.apply(yaml("beats", "{uri: 'http://sink'}", CONTAINER)
                .replace("template: {", "template: {metadata: {labels: {team: old}}, "));
        KnativeObjects.leave(cluster, namespace, "beats");
        controller = controller("taking");
        Deployment taken = awaitDeployment(
                "beats-deployment",
                deployment -> container(deployment).getImage().equals("a"));
        assertThat(environment(taken)).containsEntry("K_SINK", "http://sink");
        assertThat(taken.getSpec().getTemplate().getSpec().getNodeSelector()).isNullOrEmpty();
        assertThat(admin.genericKubernetesResources("sources.knative.dev/v1", "SinkBinding")
                        .inNamespace(namespace)
                        .list()
                        .getItems())
                .isEmpty();
    }

    @Test
    void sinkWithAnAudienceGetsATokenOfTheSource() {
        String account = "beats-sinkbinding-oidc-sources.knative.dev-sinkbinding";
        source("beats", "{uri: 'http://sink', audience: orders}", CONTAINER);
        ContainerSource bound = await("beats", source -> is(source, "SinkBindingReady", "True", null));
        assertThat(bound.getStatus().auth()).isEqualTo(new AuthStatus(account));
        String secret = "beats-oidc-token-" + bound.getMetadata().getUid();
        Deployment deployment = awaitDeployment("beats-deployment", Objects::nonNull);
        assertThat(deployment.getSpec().getTemplate().getSpec().getVolumes())
                .extracting(volume ->
                        volume.getProjected().getSources().get(0).getSecret().getName())
                .containsExactly(secret);
        assertThat(container(deployment).getVolumeMounts())
                .extracting(VolumeMount::getName, VolumeMount::getMountPath)
                .containsExactly(tuple("oidc-token", "/oidc"));
        byte[] token = Base64.getDecoder()
                .decode(admin.secrets()
                        .inNamespace(namespace)
                        .withName(secret)
                        .require()
                        .getData()
                        .get("token"));
        String claims = new String(token, StandardCharsets.US_ASCII).split("\\.", 3)[1];
        assertThat(new String(Base64.getUrlDecoder().decode(claims), StandardCharsets.UTF_8))
                .contains(
                        "\"aud\":[\"orders\"]", "\"sub\":\"system:serviceaccount:" + namespace + ":" + account + "\"");
    }

    @Test
    void sourcesOfAllKindsMountTrustBundles() {
        cluster.apply(BUNDLE);
        source("beats", "{uri: 'https://sink'}", CONTAINER);
        cluster.apply("apiVersion: sources.knative.dev/v1\nkind: ApiServerSource\nmetadata: {name: events, namespace: "
                + namespace + ", annotations: {features.knative.dev/apiserversource-skip-permissions-check: 'true'}}\n"
                + "spec: {resources: [{apiVersion: v1, kind: Event}], sink: {uri: 'https://sink'}}");
        cluster.apply("apiVersion: sources.knative.dev/v1\nkind: PingSource\nmetadata: {name: ping, namespace: "
                + namespace + "}\nspec: {schedule: '0 0 1 1 *', sink: {uri: 'https://sink'}}");
        try {
            List<String> copies = List.of("companykne-bundle", "kn-combined-kne-bundlekne-bundle");
            Deployment beats = awaitDeployment("beats-deployment", made -> copies.equals(bundles(made)));
            assertThat(container(beats).getVolumeMounts())
                    .extracting(VolumeMount::getName, VolumeMount::getMountPath, VolumeMount::getReadOnly)
                    .containsExactly(tuple("kne-bundle-volume", "/knative-custom-certs", true));
            RealCluster.await(
                    "the adapter of the ApiServerSource",
                    () -> admin.apps().deployments().inNamespace(namespace).list().getItems().stream()
                            .filter(made -> made.getMetadata().getName().startsWith("apiserversource-"))
                            .anyMatch(made -> copies.equals(bundles(made))));
            RealCluster.await("the adapter of PingSources", () -> List.of("company")
                    .equals(bundles(admin.apps()
                            .deployments()
                            .inNamespace(PingAdapterProcess.SYSTEM)
                            .withName(PingAdapterProcess.NAME)
                            .get())));
            ConfigMap copy = copy("companykne-bundle");
            assertThat(copy.getData()).containsOnlyKeys("ca.crt");
            assertThat(copy.getMetadata().getOwnerReferences())
                    .extracting(OwnerReference::getKind)
                    .containsExactlyInAnyOrder("ContainerSource", "ApiServerSource");
        } finally {
            admin.configMaps()
                    .inNamespace(PingAdapterProcess.SYSTEM)
                    .withName("company")
                    .delete();
            admin.resources(ApiServerSource.class).inNamespace(namespace).delete();
            admin.resources(PingSource.class).inNamespace(namespace).delete();
        }
        awaitDeployment("beats-deployment", made -> bundles(made).isEmpty());
        assertThat(copy("companykne-bundle").getData()).isNullOrEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}| spec.template.spec: Required value",
                "{spec: {}}| spec.template.spec.containers: Required value",
                "{spec: {containers: []}}| spec.template.spec.containers in body should have at least 1 items",
                "{spec: {containers: [{image: a}]}}| spec.template.spec.containers[0].name: Required value",
                "{spec: {containers: [{name: a}]}}| spec.template.spec.containers[0].image: Required value",
                "{spec: {containers: [{name: A b, image: a}]}}| must be lower-case letters, digits and -",
                "{spec: {restartPolicy: Never, containers: [{name: a, image: a}]}}| must be Always"
            })
    void badTemplateIsRefusedWithFieldAndRemedy(String template, String message) {
        assertThatExceptionOfType(KubernetesClientException.class)
                .isThrownBy(() -> cluster.apply("apiVersion: sources.knative.dev/v1\nkind: ContainerSource\nmetadata:"
                        + " {name: bad, namespace: " + namespace + "}\nspec: {sink: {uri: 'http://sink'}, template: "
                        + template + "}"))
                .satisfies(
                        refusal -> assertThat(refusal.getStatus().getMessage()).contains(message));
    }

    private RunningController controller(String name) {
        RunningController started = RunningController.start(cluster.controller().client(), Map.of("POD_NAME", name));
        assertThat(started.problems()).isEmpty();
        return started;
    }

    private void sample(String file) {
        cluster.apply(Repository.read(SAMPLES.resolve(file + ".yaml"))
                .replaceFirst("metadata:\n", "metadata:\n  namespace: " + namespace + "\n"));
    }

    private ContainerSource source(String name, String sink, String container) {
        cluster.apply(yaml(name, sink, container));
        return admin.resources(ContainerSource.class)
                .inNamespace(namespace)
                .withName(name)
                .get();
    }

    private String yaml(String name, String sink, String container) {
        return "apiVersion: sources.knative.dev/v1\nkind: ContainerSource\nmetadata: {name: " + name + ", namespace: "
                + namespace + "}\nspec: {sink: " + sink + ", template: {spec: {containers: [" + container + "]}}}";
    }

    private ContainerSource await(String name, Predicate<ContainerSource> condition) {
        return admin.resources(ContainerSource.class)
                .inNamespace(namespace)
                .withName(name)
                .waitUntilCondition(
                        source -> source != null && source.getStatus() != null && condition.test(source),
                        SECONDS,
                        TimeUnit.SECONDS);
    }

    private Deployment awaitDeployment(String name, Predicate<Deployment> condition) {
        return admin.apps()
                .deployments()
                .inNamespace(namespace)
                .withName(name)
                .waitUntilCondition(
                        deployment -> deployment != null && condition.test(deployment), SECONDS, TimeUnit.SECONDS);
    }

    private void makeAvailable(Deployment deployment) {
        admin.resource(deployment).editStatus(current -> new DeploymentBuilder(current)
                .editOrNewStatus()
                .withObservedGeneration(current.getMetadata().getGeneration())
                .withReplicas(1)
                .withUpdatedReplicas(1)
                .withAvailableReplicas(1)
                .withReadyReplicas(1)
                .addNewCondition()
                .withType("Available")
                .withStatus("True")
                .endCondition()
                .endStatus()
                .build());
    }

    private List<String> eventReasons() {
        return admin.v1().events().inNamespace(namespace).list().getItems().stream()
                .map(Event::getReason)
                .toList();
    }

    private static List<String> bundles(@Nullable Deployment deployment) {
        return deployment == null ? List.of() : BundleVolume.mounted(Optional.of(deployment));
    }

    private ConfigMap copy(String name) {
        return admin.configMaps().inNamespace(namespace).withName(name).require();
    }

    private static Container container(Deployment deployment) {
        return deployment.getSpec().getTemplate().getSpec().getContainers().get(0);
    }

    private static Map<String, String> environment(Deployment deployment) {
        return container(deployment).getEnv().stream()
                .filter(variable -> variable.getValueFrom() == null)
                .collect(Collectors.toMap(
                        EnvVar::getName, variable -> Objects.requireNonNullElse(variable.getValue(), "")));
    }

    private static boolean isReady(ContainerSource source) {
        return condition(source, "Ready").status().equals("True");
    }

    private static boolean is(ContainerSource source, String type, String status, String reason) {
        Condition condition = condition(source, type);
        return condition.status().equals(status) && Objects.equals(condition.reason(), reason);
    }

    private static Condition condition(ContainerSource source, String type) {
        return source.getStatus().conditions().stream()
                .filter(condition -> condition.type().equals(type))
                .findFirst()
                .orElseThrow();
    }
}
