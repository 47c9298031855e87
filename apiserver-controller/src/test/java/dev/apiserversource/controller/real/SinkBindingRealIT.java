package dev.apiserversource.controller.real;

import dev.apiserversource.controller.Repository;
import dev.apiserversource.controller.real.RealCluster.Installed;
import dev.apiserversource.loadtests.cluster.ControlPlaneTest;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
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

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** SinkBindings under the shipped permissions on a real API server with the admission policy. */
@ControlPlaneTest
@ExtendWith(RealCluster.class)
class SinkBindingRealIT {

    private static final Path SAMPLES = Repository.ROOT.resolve("samples/sinkbinding");
    private static final String DEPLOYMENT = "{apiVersion: apps/v1, kind: Deployment, name: worker}";
    private static final String WORKERS =
            "{apiVersion: apps/v1, kind: Deployment, selector: {matchLabels: {app: worker}}}";
    private static final String OVERRIDES = "{\"extensions\":{\"hello\":\"world\"}}";
    private static final String PEM = "-----BEGIN CERTIFICATE-----";

    private final Installed cluster;
    private final KubernetesClient admin;
    private BindingFixture bindings;

    SinkBindingRealIT(Installed cluster) {
        this.cluster = cluster;
        this.admin = cluster.admin();
    }

    @BeforeEach
    void start() {
        bindings = new BindingFixture(cluster);
        bindings.apply("apiVersion: v1\nkind: Service\nmetadata: {name: event-display}\nspec: {ports: [{port: 80}]}");
    }

    @AfterEach
    void stop() {
        bindings.close();
    }

    static List<Path> samples() {
        return Repository.yamls(SAMPLES);
    }

    @ParameterizedTest
    @MethodSource("samples")
    void everySampleIsTaken(Path sample) {
        GenericKubernetesResource taken = admin.resource(
                        Serialization.unmarshal(Repository.read(sample), GenericKubernetesResource.class))
                .inNamespace(bindings.namespace())
                .dryRun(true)
                .create();
        assertThat(taken.getMetadata().getUid()).isNotEmpty();
    }

    @ParameterizedTest
    @CsvSource({"bind-heartbeat", "bind-heartbeat-v1beta1", "bind-heartbeat-v1alpha2"})
    void tutorialBindsTheJobsOfACronJob(String binding) {
        sample("heartbeat-cronjob");
        assertThat(BindingFixture.environment(job("before"))).doesNotContainKeys("K_SINK", "K_CE_OVERRIDES");
        sample(binding);
        bindings.awaitReady(binding);
        awaitJobWithSink();
        assertThat(BindingFixture.environment(job("after")))
                .containsEntry("K_SINK", "http://event-display." + bindings.namespace() + ".svc.cluster.local")
                .containsEntry("K_CE_OVERRIDES", OVERRIDES);
        assertThat(BindingFixture.environment(bindings.workload("batch/v1", "Job", "before")))
                .doesNotContainKeys("K_SINK", "K_CE_OVERRIDES");
    }

    @Test
    void jobsAreBoundWhileNoControllerRuns() {
        sample("heartbeat-cronjob");
        sample("bind-heartbeat");
        bindings.awaitReady("bind-heartbeat");
        bindings.stopController();
        awaitJobWithSink();
        bindings.startController();
    }

    @Test
    void existingCronJobIsBoundAndCleanAfterwards() {
        sample("heartbeat-cronjob");
        sample("bind-cronjob");
        bindings.awaitReady("bind-cronjob");
        assertThat(BindingFixture.environment(cronJob()))
                .containsEntry("K_CE_OVERRIDES", OVERRIDES)
                .containsKey("K_SINK");
        bindings.delete("bind-cronjob");
        assertThat(BindingFixture.environment(cronJob())).containsOnlyKeys("ONE_SHOT");
    }

    @Test
    void deploymentFollowsTheSinkAndIsCleanAfterwards() {
        bindings.deployment("worker", "");
        bindings.bind("bind", DEPLOYMENT, "{uri: 'https://first', CACerts: '" + PEM + "'}");
        assertThat(bindings.awaitEnvironment("worker", variables -> variables.containsKey("K_SINK")))
                .containsEntry("K_SINK", "https://first")
                .containsEntry("K_CA_CERTS", PEM);
        bindings.awaitReady("bind");
        bindings.deployment("other", "");
        bindings.bind("bind", DEPLOYMENT, "{uri: 'http://second'}");
        assertThat(bindings.awaitEnvironment("worker", variables -> "http://second".equals(variables.get("K_SINK"))))
                .isEqualTo(Map.of("OWN", "1", "K_SINK", "http://second", "K_CE_OVERRIDES", ""));
        bindings.delete("bind");
        assertThat(bindings.environmentOf("worker")).containsOnlyKeys("OWN");
        assertThat(bindings.environmentOf("other")).containsOnlyKeys("OWN");
    }

    @Test
    void variablesBelongToAFieldManagerOfItsOwn() {
        bindings.deployment("worker", "");
        bindings.bind("bind", DEPLOYMENT, "{uri: 'http://sink'}");
        bindings.awaitReady("bind");
        assertThat(managers()).contains("sinkbinding-controller");
        bindings.delete("bind");
        assertThat(managers()).doesNotContain("sinkbinding-controller");
    }

    private List<String> managers() {
        return bindings.workload("apps/v1", "Deployment", "worker").getMetadata().getManagedFields().stream()
                .map(ManagedFieldsEntry::getManager)
                .toList();
    }

    @Test
    void workloadOfTwoBindingsKeepsTheSinkOfTheOneThatIsLeft() {
        bindings.deployment("worker", "");
        bindings.bind("first", DEPLOYMENT, "{uri: 'http://first'}");
        bindings.awaitReady("first");
        bindings.bind("second", WORKERS, "{uri: 'http://second'}");
        bindings.awaitReady("second");
        bindings.delete("first");
        assertThat(bindings.awaitEnvironment("worker", variables -> "http://second".equals(variables.get("K_SINK"))))
                .containsOnlyKeys("OWN", "K_SINK", "K_CE_OVERRIDES");
        bindings.delete("second");
        assertThat(bindings.environmentOf("worker")).containsOnlyKeys("OWN");
    }

    @Test
    void bindingThatIsDeletedWithoutAControllerIsCleanedUpLater() {
        bindings.deployment("worker", "");
        bindings.bind("bind", DEPLOYMENT, "{uri: 'http://sink'}");
        bindings.awaitReady("bind");
        bindings.stopController();
        bindings.binding("bind").delete();
        assertThat(bindings.binding("bind").get().isMarkedForDeletion()).isTrue();
        bindings.startController();
        bindings.awaitDeleted("bind");
        assertThat(bindings.environmentOf("worker")).containsOnlyKeys("OWN");
    }

    @Test
    void excludedWorkloadsAreLeftAlone() {
        bindings.deployment("worker", "bindings.knative.dev/exclude: 'true', ");
        bindings.deployment("other", "");
        bindings.bind("bind", WORKERS, "{uri: 'http://s'}");
        bindings.awaitEnvironment("other", variables -> variables.containsKey("K_SINK"));
        assertThat(bindings.environmentOf("worker")).containsOnlyKeys("OWN");
    }

    @Test
    void workloadsInAnExcludedNamespaceAreLeftAlone() {
        admin.namespaces().withName(bindings.namespace()).edit(labelled -> {
            labelled.getMetadata().getLabels().put("bindings.knative.dev/exclude", "true");
            return labelled;
        });
        bindings.deployment("worker", "");
        bindings.bind("bind", WORKERS, "{uri: 'http://s'}");
        bindings.awaitReady("bind");
        assertThat(bindings.environmentOf("worker")).containsOnlyKeys("OWN");
    }

    @Test
    void writesNothingOnceBound() {
        bindings.deployment("worker", "");
        bindings.bind("bind", DEPLOYMENT, "{uri: 'http://sink'}");
        bindings.awaitReady("bind");
        bindings.stopController();
        Instant restart = Instant.now();
        bindings.startController();
        bindings.bind(
                "second",
                "{apiVersion: apps/v1, kind: Deployment, selector: {matchLabels: {app: none}}}",
                "{uri: 'http://sink'}");
        bindings.awaitReady("second");
        assertThat(cluster.writesSince(restart))
                .filteredOn(request -> request.namespace().equals(bindings.namespace()))
                .noneMatch(request ->
                        request.name().equals("worker") || request.name().equals("bind"));
    }

    @Test
    void missingSinkSubjectKindAndPermissionAreReported() {
        bindings.bind("missing", DEPLOYMENT, "{ref: {apiVersion: v1, kind: Service, name: later}}");
        bindings.awaitCondition("missing", "SinkProvided", "False", "NotFound");
        bindings.awaitCondition("missing", "SinkBindingAvailable", "Unknown", "NotBound");
        bindings.bind("unknown", "{apiVersion: farm.example/v1, kind: Cow, name: a}", "{uri: 'http://sink'}");
        bindings.awaitCondition("unknown", "SinkBindingAvailable", "Unknown", "KindNotFound");
        bindings.bind("forbidden", "{apiVersion: v1, kind: ReplicationController, name: a}", "{uri: 'http://sink'}");
        bindings.awaitCondition("forbidden", "SinkBindingAvailable", "False", "Forbidden");
        bindings.bind("early", DEPLOYMENT, "{uri: 'http://sink'}");
        bindings.awaitCondition("early", "SinkBindingAvailable", "False", "SubjectMissing");
        bindings.deployment("worker", "");
        bindings.awaitReady("early");
        bindings.bind(
                "elsewhere",
                "{apiVersion: apps/v1, kind: Deployment, name: worker, namespace: default}",
                "{uri: 'http://sink'}");
        bindings.awaitCondition("elsewhere", "Ready", "False", "InvalidSpec");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{kind: Job, name: a}| spec.subject.apiVersion: Required value",
                "{apiVersion: batch/v1, name: a}| spec.subject.kind: Required value",
                "{apiVersion: batch/v1, kind: Job}| give either name (of one workload) or selector",
                "{apiVersion: batch/v1, kind: Job, name: a, selector: {}}| give either name (of one workload)"
            })
    void badSubjectIsRefusedWithFieldAndRemedy(String subject, String message) {
        assertThatExceptionOfType(KubernetesClientException.class)
                .isThrownBy(() -> bindings.bind("bad", subject, "{uri: 'http://sink'}"))
                .satisfies(
                        refusal -> assertThat(refusal.getStatus().getMessage()).contains(message));
    }

    @Test
    void subjectCannotBeChanged() {
        bindings.bind("bind", DEPLOYMENT, "{uri: 'http://sink'}");
        assertThatExceptionOfType(KubernetesClientException.class)
                .isThrownBy(() -> bindings.bind("bind", DEPLOYMENT.replace("worker", "other"), "{uri: 'http://sink'}"))
                .satisfies(refusal -> assertThat(refusal.getStatus().getMessage())
                        .contains("cannot be changed; delete the SinkBinding and create another"));
    }

    private void sample(String file) {
        bindings.apply(Repository.read(SAMPLES.resolve(file + ".yaml")));
    }

    private GenericKubernetesResource cronJob() {
        return bindings.workload("batch/v1", "CronJob", "heartbeat-cron");
    }

    private void awaitJobWithSink() {
        RealCluster.await("a Job with the sink", () -> BindingFixture.environment(
                        admin.resource(newJob("dry")).dryRun(true).create())
                .containsKey("K_SINK"));
    }

    private GenericKubernetesResource job(String name) {
        return admin.resource(newJob(name)).create();
    }

    /** What the CronJob controller makes of the CronJob. */
    private GenericKubernetesResource newJob(String name) {
        GenericKubernetesResource job = Serialization.unmarshal(
                Serialization.asJson(cronJob().get("spec", "jobTemplate")), GenericKubernetesResource.class);
        job.setApiVersion("batch/v1");
        job.setKind("Job");
        job.getMetadata().setName(name);
        job.getMetadata().setNamespace(bindings.namespace());
        return job;
    }
}
