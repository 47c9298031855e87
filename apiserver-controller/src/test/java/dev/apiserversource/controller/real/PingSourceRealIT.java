package dev.apiserversource.controller.real;

import dev.apiserversource.controller.Repository;
import dev.apiserversource.controller.RunningController;
import dev.apiserversource.controller.api.Condition;
import dev.apiserversource.controller.api.PingSource;
import dev.apiserversource.controller.real.RealCluster.Installed;
import dev.apiserversource.loadtests.cluster.ControlPlaneTest;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;

/** PingSources under the shipped permissions on a real API server; the tests set the status of the Deployment. */
@ControlPlaneTest
@ExtendWith(RealCluster.class)
class PingSourceRealIT {

    private static final long SECONDS = 60;
    private static final String SYSTEM = "apiserversource-system";
    private static final String ADAPTER = "pingsource-mt-adapter";
    private static final Path SAMPLES = Repository.ROOT.resolve("samples/pingsource");

    private final Installed cluster;
    private final KubernetesClient admin;
    private String namespace;
    private RunningController controller;

    PingSourceRealIT(Installed cluster) {
        this.cluster = cluster;
        this.admin = cluster.admin();
    }

    @BeforeEach
    void start() {
        namespace = cluster.plane().createNamespace("pings");
        cluster.apply("apiVersion: v1\nkind: Service\nmetadata: {name: event-display, namespace: " + namespace
                + "}\nspec: {ports: [{port: 80}]}");
        controller = controller("one");
    }

    @AfterEach
    void stop() {
        controller.close();
        admin.resources(PingSource.class).inNamespace(namespace).delete();
        admin.apps().deployments().inNamespace(SYSTEM).withName(ADAPTER).delete();
        admin.apps()
                .deployments()
                .inNamespace("knative-eventing")
                .withName(ADAPTER)
                .delete();
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
    @CsvSource({"every-minute", "json-data-v1beta1", "json-data-v1alpha2"})
    void becomesReadyInAllVersionsAndStopsTheAdapterWithTheLastSource(String sample) {
        cluster.apply(Repository.read(SAMPLES.resolve(sample + ".yaml"))
                .replaceFirst("metadata:\n", "metadata:\n  namespace: " + namespace + "\n"));
        Deployment deployment = awaitAdapter(found -> found.getSpec().getReplicas() == 2);
        assertThat(deployment
                        .getSpec()
                        .getTemplate()
                        .getSpec()
                        .getContainers()
                        .get(0)
                        .getImage())
                .isEqualTo("ping:1");
        assertThat(admin.leases().inNamespace(SYSTEM).withName(ADAPTER).get()).isNotNull();
        makeAvailable(deployment);
        PingSource ready = await(sample, PingSourceRealIT::isReady);
        assertThat(ready.getStatus().conditions())
                .extracting(Condition::type, Condition::status)
                .containsExactly(
                        tuple("Deployed", "True"),
                        tuple("OIDCIdentityCreated", "True"),
                        tuple("Ready", "True"),
                        tuple("SinkProvided", "True"));
        assertThat(ready.getStatus().sinkUri()).isEqualTo("http://event-display." + namespace + ".svc.cluster.local");

        admin.resources(PingSource.class)
                .inNamespace(namespace)
                .withName(sample)
                .delete();
        awaitAdapter(found -> found.getSpec().getReplicas() == 0);
    }

    @Test
    void anAdapterThatIsLeftRunningIsStoppedAtTheStart() {
        source("ping", "{sink: {uri: 'http://sink'}}");
        awaitAdapter(found -> found.getSpec().getReplicas() == 2);
        controller.close();
        admin.resources(PingSource.class)
                .inNamespace(namespace)
                .withName("ping")
                .delete();
        controller = controller("two");
        awaitAdapter(found -> found.getSpec().getReplicas() == 0);
    }

    /** Its adapter sends the ticks of all PingSources, also while no controller of Knative holds its Lease. */
    @Test
    void sourcesAreLeftToKnativeWhileItsAdapterRuns() {
        startKnativesAdapter();
        PingSource source = source("ping", "{sink: {uri: 'http://sink'}}");
        RealCluster.await(
                "an Event object with the remedy",
                () -> admin.v1().events().inNamespace(namespace).list().getItems().stream()
                        .anyMatch(event -> event.getInvolvedObject()
                                        .getUid()
                                        .equals(source.getMetadata().getUid())
                                && event.getReason().equals("LeftToKnative")
                                && event.getMessage().contains("KNATIVE_TAKEOVER=true")));
        assertThat(admin.apps()
                        .deployments()
                        .inNamespace(SYSTEM)
                        .withName(ADAPTER)
                        .get())
                .isNull();
        admin.apps()
                .deployments()
                .inNamespace("knative-eventing")
                .withName(ADAPTER)
                .scale(0);
        awaitAdapter(found -> found.getSpec().getReplicas() == 2);
    }

    private void startKnativesAdapter() {
        cluster.apply("apiVersion: v1\nkind: Namespace\nmetadata: {name: knative-eventing}");
        cluster.apply(Repository.read(Path.of("src/test/resources/golden/pingsource/deployment.yaml"))
                .replace("\"" + SYSTEM + "\"", "\"knative-eventing\"")
                .replaceFirst("(?s)  labels:.*?  name:", "  name:"));
    }

    @Test
    void theAdapterOfKnativeIsStoppedByATakeover() {
        startKnativesAdapter();
        controller.close();
        controller = RunningController.start(
                cluster.controller().client(), Map.of("POD_NAME", "taking", "KNATIVE_TAKEOVER", "true"));
        source("ping", "{sink: {uri: 'http://sink'}}");
        awaitAdapter(found -> found.getSpec().getReplicas() == 2);
        assertThat(admin.apps()
                        .deployments()
                        .inNamespace("knative-eventing")
                        .withName(ADAPTER)
                        .get()
                        .getSpec()
                        .getReplicas())
                .isZero();
    }

    @Test
    void missingSinkIsReportedAndRecovers() {
        source("ping", "{sink: {ref: {apiVersion: v1, kind: Service, name: later}}}");
        PingSource missing = await("ping", source -> is(source, "SinkProvided", "False", "NotFound"));
        assertThat(missing.getStatus().sinkUri()).isNull();
        cluster.apply("apiVersion: v1\nkind: Service\nmetadata: {name: later, namespace: " + namespace
                + "}\nspec: {ports: [{port: 80}]}");
        await("ping", source -> is(source, "SinkProvided", "True", null));
    }

    @Test
    void whatTheCrdCannotRefuseIsACondition() {
        source("ping", "{schedule: '75 * * * *', sink: {uri: 'http://sink'}}");
        PingSource invalid = await("ping", source -> is(source, "Ready", "False", "InvalidSpec"));
        assertThat(readyMessage(invalid)).contains("spec.schedule: '75 * * * *' is no schedule");
        source("ping", "{timezone: Mars/Phobos, sink: {uri: 'http://sink'}}");
        await("ping", source -> readyMessage(source).contains("'Mars/Phobos' is no time zone"));
        source("ping", "{data: '{', contentType: application/json, sink: {uri: 'http://sink'}}");
        await("ping", source -> readyMessage(source).contains("spec.data: is not JSON"));
    }

    @Test
    void writesNothingWhileIdleOrAfterARestart() {
        source("first", "{sink: {uri: 'http://sink'}}");
        makeAvailable(awaitAdapter(Objects::nonNull));
        await("first", PingSourceRealIT::isReady);
        controller.close();
        Instant restart = Instant.now();
        controller = controller("restarted");
        // Once the restarted controller has reconciled a second source, it has reconciled the first.
        source("second", "{sink: {uri: 'http://sink'}}");
        await("second", PingSourceRealIT::isReady);
        assertThat(cluster.writesSince(restart))
                .filteredOn(request -> !request.name().equals("second"))
                .filteredOn(request -> !request.resource().equals("events"))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}| spec.sink: Required value",
                "{schedule: '* * *', sink: {uri: 'http://sink'}}| must be five cron fields",
                "{schedule: '@reboot', sink: {uri: 'http://sink'}}| must be five cron fields",
                "{schedule: '@every 90', sink: {uri: 'http://sink'}}| must be five cron fields",
                "{timezone: '+02:00', sink: {uri: 'http://sink'}}| must be the name of an IANA time zone",
                "{schedule: 'TZ=UTC @daily', timezone: UTC, sink: {uri: 'http://sink'}}| exclude each other",
                "{data: a, dataBase64: YQ==, sink: {uri: 'http://sink'}}| give at most one of",
                "{data: a, jsonData: '{}', sink: {uri: 'http://sink'}}| give at most one of",
                "{dataBase64: '%', sink: {uri: 'http://sink'}}| must be base64",
                "{catchUp: soon, sink: {uri: 'http://sink'}}| must be an ISO 8601 duration of at most seven days",
                "{catchUp: P8D, sink: {uri: 'http://sink'}}| must be an ISO 8601 duration of at most seven days",
                "{sink: {uri: sink}}| uri: without ref it must be an absolute URL"
            })
    void badSpecIsRefusedWithFieldAndRemedy(String spec, String message) {
        assertThatExceptionOfType(KubernetesClientException.class)
                .isThrownBy(() -> source("bad", spec))
                .satisfies(
                        refusal -> assertThat(refusal.getStatus().getMessage()).contains(message));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "* * * * *",
                "*/15 0-23/2 1,15 JAN-mar 1-5",
                "10 0/1 * * * ?",
                "? ? ? ? ?",
                "@hourly",
                "@every 90s",
                "@every 1h30m",
                "CRON_TZ=Asia/Tokyo 0 9 * * *",
                "' 0 9 * * * '",
                "TZ=UTC @daily"
            })
    void everyFormOfAScheduleIsTaken(String schedule) {
        assertThat(source("good", "{schedule: '" + schedule + "', sink: {uri: 'http://sink'}}"))
                .isNotNull();
    }

    private RunningController controller(String name) {
        RunningController started = RunningController.start(cluster.controller().client(), Map.of("POD_NAME", name));
        assertThat(started.problems()).isEmpty();
        return started;
    }

    private PingSource source(String name, String spec) {
        cluster.apply("apiVersion: sources.knative.dev/v1\nkind: PingSource\nmetadata: {name: " + name + ", namespace: "
                + namespace + "}\nspec: " + spec);
        return admin.resources(PingSource.class)
                .inNamespace(namespace)
                .withName(name)
                .get();
    }

    private PingSource await(String name, Predicate<PingSource> condition) {
        return admin.resources(PingSource.class)
                .inNamespace(namespace)
                .withName(name)
                .waitUntilCondition(
                        source -> source != null && source.getStatus() != null && condition.test(source),
                        SECONDS,
                        TimeUnit.SECONDS);
    }

    private Deployment awaitAdapter(Predicate<Deployment> condition) {
        return admin.apps()
                .deployments()
                .inNamespace(SYSTEM)
                .withName(ADAPTER)
                .waitUntilCondition(found -> found != null && condition.test(found), SECONDS, TimeUnit.SECONDS);
    }

    private void makeAvailable(Deployment deployment) {
        int replicas = deployment.getSpec().getReplicas();
        admin.resource(new DeploymentBuilder(deployment)
                        .withNewStatus()
                        .withObservedGeneration(deployment.getMetadata().getGeneration())
                        .withReplicas(replicas)
                        .withUpdatedReplicas(replicas)
                        .withAvailableReplicas(replicas)
                        .withReadyReplicas(replicas)
                        .addNewCondition()
                        .withType("Available")
                        .withStatus("True")
                        .endCondition()
                        .endStatus()
                        .build())
                .updateStatus();
    }

    private static boolean isReady(PingSource source) {
        return is(source, "Ready", "True", null);
    }

    private static boolean is(PingSource source, String type, String status, String reason) {
        return source.getStatus().conditions().stream()
                .anyMatch(condition -> condition.type().equals(type)
                        && condition.status().equals(status)
                        && Objects.equals(condition.reason(), reason));
    }

    private static String readyMessage(PingSource source) {
        return source.getStatus().conditions().stream()
                .filter(condition -> condition.type().equals("Ready"))
                .map(condition -> String.valueOf(condition.message()))
                .findFirst()
                .orElse("");
    }
}
