package dev.apiserversource.controller.real;

import dev.apiserversource.controller.Repository;
import dev.apiserversource.controller.RunningController;
import dev.apiserversource.controller.api.SinkBinding;
import dev.apiserversource.controller.real.RealCluster.Installed;
import dev.apiserversource.loadtests.cluster.ControlPlaneTest;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
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
import java.util.stream.Collectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** SinkBindings under the shipped permissions on a real API server with the admission policy. */
@ControlPlaneTest
@ExtendWith(RealCluster.class)
class SinkBindingRealIT {

    private static final long SECONDS = 60;
    private static final Path SAMPLES = Repository.ROOT.resolve("samples/sinkbinding");
    private static final String DEPLOYMENT = "{apiVersion: apps/v1, kind: Deployment, name: worker}";
    private static final String OVERRIDES = "{\"extensions\":{\"hello\":\"world\"}}";

    private final Installed cluster;
    private final KubernetesClient admin;
    private String namespace;
    private RunningController controller;

    SinkBindingRealIT(Installed cluster) {
        this.cluster = cluster;
        this.admin = cluster.admin();
    }

    @BeforeEach
    void start() {
        namespace = cluster.plane().createNamespace("binding");
        service("event-display");
        controller = controller("one");
    }

    @AfterEach
    void stop() {
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
    @CsvSource({"bind-heartbeat", "bind-heartbeat-v1beta1", "bind-heartbeat-v1alpha2"})
    void tutorialBindsTheJobsOfACronJob(String binding) {
        sample("heartbeat-cronjob");
        assertThat(environment(job("before"))).doesNotContainKeys("K_SINK", "K_CE_OVERRIDES");
        sample(binding);
        await(binding, SinkBindingRealIT::isReady);
        RealCluster.await("a Job with the sink", () -> environment(job(null)).containsKey("K_SINK"));
        assertThat(environment(job("after")))
                .containsEntry("K_SINK", "http://event-display." + namespace + ".svc.cluster.local")
                .containsEntry("K_CE_OVERRIDES", OVERRIDES);
        assertThat(environment(batch("Job", "before")))
                .doesNotContainKeys("K_SINK", "K_CE_OVERRIDES");
    }

    @Test
    void jobsAreBoundWhileNoControllerRuns() {
        sample("heartbeat-cronjob");
        sample("bind-heartbeat");
        await("bind-heartbeat", SinkBindingRealIT::isReady);
        controller.close();
        RealCluster.await("a Job with the sink", () -> environment(job(null)).containsKey("K_SINK"));
        controller = controller("back");
    }

    @Test
    void existingCronJobIsBoundAndCleanAfterwards() {
        sample("heartbeat-cronjob");
        sample("bind-cronjob");
        await("bind-cronjob", SinkBindingRealIT::isReady);
        assertThat(environment(cronJob()))
                .containsEntry("K_CE_OVERRIDES", OVERRIDES)
                .containsKey("K_SINK");
        binding("bind-cronjob").delete();
        binding("bind-cronjob").waitUntilCondition(Objects::isNull, SECONDS, TimeUnit.SECONDS);
        assertThat(environment(cronJob())).containsOnlyKeys("ONE_SHOT");
    }

    @Test
    void deploymentFollowsTheSinkAndIsCleanAfterwards() {
        cluster.apply(deployment("worker", ""));
        bind("bind", DEPLOYMENT, "{uri: 'http://first'}");
        awaitEnvironment("worker", variables -> "http://first".equals(variables.get("K_SINK")));
        await("bind", SinkBindingRealIT::isReady);
        cluster.apply(deployment("other", ""));
        bind("bind", DEPLOYMENT, "{uri: 'http://second'}");
        Map<String, String> second =
                awaitEnvironment("worker", variables -> "http://second".equals(variables.get("K_SINK")));
        assertThat(second).containsEntry("OWN", "1").containsEntry("K_CE_OVERRIDES", "");
        binding("bind").delete();
        binding("bind").waitUntilCondition(Objects::isNull, SECONDS, TimeUnit.SECONDS);
        assertThat(awaitEnvironment("worker", variables -> true)).containsOnlyKeys("OWN");
        assertThat(awaitEnvironment("other", variables -> true)).containsOnlyKeys("OWN");
    }

    @Test
    void bindingThatIsDeletedWithoutAControllerIsCleanedUpLater() {
        cluster.apply(deployment("worker", ""));
        bind("bind", DEPLOYMENT, "{uri: 'http://sink'}");
        await("bind", SinkBindingRealIT::isReady);
        controller.close();
        binding("bind").delete();
        assertThat(binding("bind").get().isMarkedForDeletion()).isTrue();
        controller = controller("later");
        binding("bind").waitUntilCondition(Objects::isNull, SECONDS, TimeUnit.SECONDS);
        assertThat(awaitEnvironment("worker", variables -> true)).containsOnlyKeys("OWN");
    }

    @Test
    void excludedWorkloadsAreLeftAlone() {
        cluster.apply(deployment("worker", "bindings.knative.dev/exclude: 'true', "));
        cluster.apply(deployment("other", ""));
        bind(
                "bind",
                "{apiVersion: apps/v1, kind: Deployment, selector: {matchLabels: {app: worker}}}",
                "{uri: 'http://s'}");
        awaitEnvironment("other", variables -> variables.containsKey("K_SINK"));
        assertThat(awaitEnvironment("worker", variables -> true)).containsOnlyKeys("OWN");
    }

    @Test
    void writesNothingOnceBound() {
        cluster.apply(deployment("worker", ""));
        bind("bind", DEPLOYMENT, "{uri: 'http://sink'}");
        await("bind", SinkBindingRealIT::isReady);
        controller.close();
        Instant restart = Instant.now();
        controller = controller("restarted");
        bind("second", "{apiVersion: apps/v1, kind: Deployment, name: none}", "{uri: 'http://sink'}");
        await("second", SinkBindingRealIT::isReady);
        assertThat(cluster.writesSince(restart))
                .filteredOn(request -> request.namespace().equals(namespace))
                .noneMatch(request ->
                        request.name().equals("worker") || request.name().equals("bind"));
    }

    @Test
    void missingSinkAndUnknownKindAreReported() {
        bind("missing", DEPLOYMENT, "{ref: {apiVersion: v1, kind: Service, name: later}}");
        await("missing", binding -> is(binding, "SinkProvided", "False", "NotFound"));
        await("missing", binding -> is(binding, "SinkBindingAvailable", "Unknown", "NotBound"));
        bind("unknown", "{apiVersion: farm.example/v1, kind: Cow, name: a}", "{uri: 'http://sink'}");
        await("unknown", binding -> is(binding, "SinkBindingAvailable", "Unknown", "KindNotFound"));
        bind("forbidden", "{apiVersion: v1, kind: ReplicationController, name: a}", "{uri: 'http://sink'}");
        await("forbidden", binding -> is(binding, "SinkBindingAvailable", "False", "Forbidden"));
    }

    @Test
    void withoutThePolicyTheConditionSaysSo() {
        admin.genericKubernetesResources("admissionregistration.k8s.io/v1", "MutatingAdmissionPolicyBinding")
                .withName("sinkbindings.sources.knative.dev")
                .delete();
        try {
            cluster.apply(deployment("worker", ""));
            bind("bind", DEPLOYMENT, "{uri: 'http://sink'}");
            await("bind", binding -> is(binding, "SinkBindingAvailable", "True", "AdmissionPolicyMissing"));
            awaitEnvironment("worker", variables -> variables.containsKey("K_SINK"));
            bind("jobs", "{apiVersion: batch/v1, kind: Job, name: a}", "{uri: 'http://sink'}");
            await("jobs", binding -> is(binding, "SinkBindingAvailable", "False", "AdmissionPolicyMissing"));
        } finally {
            cluster.apply(Repository.DEPLOY.resolve("sinkbinding/policy.yaml"));
        }
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
                .isThrownBy(() -> bind("bad", subject, "{uri: 'http://sink'}"))
                .satisfies(
                        refusal -> assertThat(refusal.getStatus().getMessage()).contains(message));
    }

    @Test
    void subjectCannotBeChanged() {
        bind("bind", DEPLOYMENT, "{uri: 'http://sink'}");
        assertThatExceptionOfType(KubernetesClientException.class)
                .isThrownBy(() -> bind("bind", DEPLOYMENT.replace("worker", "other"), "{uri: 'http://sink'}"))
                .satisfies(refusal -> assertThat(refusal.getStatus().getMessage())
                        .contains("cannot be changed; delete the SinkBinding and create another"));
    }

    private RunningController controller(String name) {
        RunningController started = RunningController.start(cluster.controller().client(), Map.of("POD_NAME", name));
        assertThat(started.problems()).isEmpty();
        return started;
    }

    private void service(String name) {
        cluster.apply("apiVersion: v1\nkind: Service\nmetadata: {name: " + name + ", namespace: " + namespace
                + "}\nspec: {ports: [{port: 80}]}");
    }

    private void sample(String file) {
        cluster.apply(Repository.read(SAMPLES.resolve(file + ".yaml"))
                .replaceFirst("metadata:\n", "metadata:\n  namespace: " + namespace + "\n"));
    }

    private void bind(String name, String subject, String sink) {
        cluster.apply("apiVersion: sources.knative.dev/v1\nkind: SinkBinding\nmetadata: {name: " + name
                + ", namespace: " + namespace + "}\nspec: {subject: " + subject + ", sink: " + sink + "}");
    }

    private Resource<SinkBinding> binding(String name) {
        return admin.resources(SinkBinding.class).inNamespace(namespace).withName(name);
    }

    private SinkBinding await(String name, Predicate<SinkBinding> condition) {
        return binding(name)
                .waitUntilCondition(
                        binding -> binding != null && binding.getStatus() != null && condition.test(binding),
                        SECONDS,
                        TimeUnit.SECONDS);
    }

    private String deployment(String name, String labels) {
        return "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: " + name + ", namespace: " + namespace
                + ", labels: {" + labels + "app: worker}}\nspec: {selector: {matchLabels: {app: worker}}, template:"
                + " {metadata: {labels: {app: worker}}, spec: {containers: [{name: a, image: a, env: [{name: OWN,"
                + " value: '1'}]}]}}}";
    }

    private Map<String, String> awaitEnvironment(String deployment, Predicate<Map<String, String>> condition) {
        Deployment found = admin.apps()
                .deployments()
                .inNamespace(namespace)
                .withName(deployment)
                .waitUntilCondition(
                        current -> current != null && condition.test(environment(container(current))),
                        SECONDS,
                        TimeUnit.SECONDS);
        return environment(container(found));
    }

    private GenericKubernetesResource cronJob() {
        return batch("CronJob", "heartbeat-cron");
    }

    private GenericKubernetesResource batch(String kind, String name) {
        return admin.genericKubernetesResources("batch/v1", kind)
                .inNamespace(namespace)
                .withName(name)
                .get();
    }

    /** What the CronJob controller makes of the CronJob; not stored without a name. */
    private GenericKubernetesResource job(String name) {
        GenericKubernetesResource job = Serialization.unmarshal(
                Serialization.asJson(cronJob().get("spec", "jobTemplate")), GenericKubernetesResource.class);
        job.setApiVersion("batch/v1");
        job.setKind("Job");
        job.getMetadata().setName(name == null ? "dry" : name);
        job.getMetadata().setNamespace(namespace);
        return name == null
                ? admin.resource(job).dryRun(true).create()
                : admin.resource(job).create();
    }

    private static Container container(Deployment deployment) {
        return deployment.getSpec().getTemplate().getSpec().getContainers().get(0);
    }

    private static Map<String, String> environment(GenericKubernetesResource workload) {
        Object template = workload.getKind().equals("CronJob")
                ? workload.get("spec", "jobTemplate", "spec", "template")
                : workload.get("spec", "template");
        return environment(Serialization.unmarshal(Serialization.asJson(template), PodTemplateSpec.class)
                .getSpec()
                .getContainers()
                .get(0));
    }

    private static Map<String, String> environment(Container container) {
        return container.getEnv().stream()
                .filter(variable -> variable.getValueFrom() == null)
                .collect(Collectors.toMap(
                        EnvVar::getName, variable -> Objects.requireNonNullElse(variable.getValue(), "")));
    }

    private static boolean isReady(SinkBinding binding) {
        return is(binding, "Ready", "True", null);
    }

    private static boolean is(SinkBinding binding, String type, String status, String reason) {
        return binding.getStatus().conditions().stream()
                .filter(condition -> condition.type().equals(type))
                .anyMatch(condition -> condition.status().equals(status) && Objects.equals(condition.reason(), reason));
    }
}
