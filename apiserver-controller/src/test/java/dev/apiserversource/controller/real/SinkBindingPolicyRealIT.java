package dev.apiserversource.controller.real;

import dev.apiserversource.controller.api.SinkBinding;
import dev.apiserversource.controller.real.RealCluster.Installed;
import dev.apiserversource.loadtests.cluster.ControlPlaneTest;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.net.HttpURLConnection;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

/** The admission policy of SinkBindings on a real API server, without a controller; the tests set the status. */
@ControlPlaneTest
@ExtendWith(RealCluster.class)
class SinkBindingPolicyRealIT {

    private static final String POD = "{metadata: {labels: {app: beat}}, spec: {restartPolicy: POLICY, volumes: [{name:"
            + " own, emptyDir: {}}], initContainers: [{name: i, image: i}], containers: [{name: a, image: a,"
            + " volumeMounts: [{name: own, mountPath: /own}], env: [{name: K_SINK, value: old}, {name: B, value: b}]},"
            + " {name: b, image: b}]}}";

    private final Installed cluster;
    private final KubernetesClient admin;
    private String namespace;

    SinkBindingPolicyRealIT(Installed cluster) {
        this.cluster = cluster;
        this.admin = cluster.admin();
    }

    @BeforeEach
    void install() {
        namespace = cluster.plane().createNamespace("bound");
        SinkBindingKindsRealIT.define(cluster, "serving.knative.dev", "Service", "services");
    }

    @AfterEach
    void delete() {
        List<SinkBinding> left =
                admin.resources(SinkBinding.class).inNamespace(namespace).list().getItems();
        left.forEach(binding -> admin.resource(binding)
                .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"metadata\":{\"finalizers\":null}}"));
        admin.resources(SinkBinding.class).inNamespace(namespace).delete();
    }

    @ParameterizedTest
    @CsvSource({
        "batch/v1, Job",
        "apps/v1, Deployment",
        "apps/v1, StatefulSet",
        "apps/v1, DaemonSet",
        "batch/v1, CronJob",
        "serving.knative.dev/v1, Service"
    })
    void newWorkloadGetsTheSink(String apiVersion, String kind) {
        bind(apiVersion, kind, "selector: {matchLabels: {app: beat}}");
        RealCluster.await("the policy to know the SinkBinding", () -> hasSink(apiVersion, kind));
        GenericKubernetesResource created = create(apiVersion, kind, "beat");
        assertThat(environment(created, 0))
                .isEqualTo(Map.of(
                        "K_SINK", "http://sink",
                        "K_CE_OVERRIDES", "{\"extensions\":{\"hello\":\"world\"}}",
                        "K_CA_CERTS", "PEM",
                        "B", "b"));
        assertThat(environment(created, 1)).containsOnlyKeys("K_SINK", "K_CE_OVERRIDES", "K_CA_CERTS");
        assertThat(environment(created, 2)).containsOnlyKeys("K_SINK", "K_CE_OVERRIDES", "K_CA_CERTS");
        assertThat(BindingFixture.pod(created).getVolumes())
                .extracting(Volume::getName)
                .containsExactlyInAnyOrder("own", "kne-bundle-volume", "oidc-token");
        assertThat(Serialization.asJson(BindingFixture.pod(created).getVolumes()))
                .contains(
                        "\"sources\":[{\"configMap\":{\"name\":\"one\"}},{\"configMap\":{\"name\":\"two\"}}]",
                        "\"sources\":[{\"secret\":{\"name\":\"token\"}}]");
        assertThat(BindingFixture.pod(created).getContainers())
                .flatExtracting(Container::getVolumeMounts)
                .extracting(VolumeMount::getName, VolumeMount::getMountPath)
                .containsExactlyInAnyOrder(
                        tuple("own", "/own"),
                        tuple("kne-bundle-volume", "/knative-custom-certs"),
                        tuple("oidc-token", "/oidc"),
                        tuple("kne-bundle-volume", "/knative-custom-certs"),
                        tuple("oidc-token", "/oidc"));
        assertThat(BindingFixture.pod(created).getInitContainers())
                .flatExtracting(Container::getVolumeMounts)
                .extracting(VolumeMount::getMountPath)
                .containsExactlyInAnyOrder("/knative-custom-certs", "/oidc");
    }

    @Test
    void onlySubjectsGetTheSink() {
        bind(
                "batch/v1",
                "Job",
                "selector: {matchLabels: {app: beat}, matchExpressions: [{key: app, operator: In, values:"
                        + " [beat, other]}, {key: none, operator: DoesNotExist}, {key: app, operator: NotIn,"
                        + " values: [x]}]}");
        RealCluster.await("the policy to know the SinkBinding", () -> "http://sink"
                .equals(environment(create("batch/v1", "Job", "beat"), 1).get("K_SINK")));
        assertThat(environment(create("batch/v1", "Job", "other"), 1)).isEmpty();
        assertThat(environment(create("apps/v1", "Deployment", "beat"), 1)).isEmpty();
        assertThat(environment(create("batch/v1", "Job", "beat, bindings.knative.dev/exclude: 'true'"), 1))
                .isEmpty();
        admin.namespaces().withName(namespace).edit(labelled -> {
            labelled.getMetadata().getLabels().put("bindings.knative.dev/exclude", "true");
            return labelled;
        });
        RealCluster.await("the policy to know the label", () -> environment(create("batch/v1", "Job", "beat"), 1)
                .isEmpty());
    }

    @Test
    void updatedWorkloadGetsTheSinkAndARunningJobIsLeftAlone() {
        GenericKubernetesResource deployment = real("apps/v1", "Deployment");
        GenericKubernetesResource job = real("batch/v1", "Job");
        bind("apps/v1", "Deployment", "name: beat");
        bind("batch/v1", "Job", "name: beat");
        RealCluster.await("the policy to know the SinkBinding", () -> "http://sink"
                .equals(environment(annotated(deployment), 1).get("K_SINK")));
        assertThat(environment(annotated(job), 1)).isEmpty();
    }

    @Test
    void bindingsOfTheWebhookOfKnativeAreLeftToIt() {
        bind("batch/v1", "Job", "name: beat");
        RealCluster.await("the policy to know the SinkBinding", () -> "http://sink"
                .equals(environment(create("batch/v1", "Job", "beat"), 1).get("K_SINK")));
        admin.genericKubernetesResources("sources.knative.dev/v1", "SinkBinding")
                .inNamespace(namespace)
                .withName("job")
                .edit(binding -> {
                    binding.getMetadata()
                            .setFinalizers(
                                    List.of("apiserversource.dev/sinkbinding", "sinkbindings.sources.knative.dev"));
                    return binding;
                });
        RealCluster.await("the policy to know the finalizer", () -> environment(create("batch/v1", "Job", "beat"), 1)
                .isEmpty());
    }

    private GenericKubernetesResource annotated(GenericKubernetesResource object) {
        return admin.resource(object).edit(current -> {
            current.getMetadata().setAnnotations(Map.of("at", String.valueOf(System.nanoTime())));
            return current;
        });
    }

    private void bind(String apiVersion, String kind, String subject) {
        String name = kind.toLowerCase(Locale.ROOT);
        cluster.apply("apiVersion: sources.knative.dev/v1\nkind: SinkBinding\nmetadata: {name: " + name
                + ", namespace: " + namespace
                + ", finalizers: [apiserversource.dev/sinkbinding]}\nspec: {sink: {uri: 'http://sink'}, subject: {apiVersion: "
                + apiVersion + ", kind: " + kind + ", " + subject + "}}");
        GenericKubernetesResource binding = admin.genericKubernetesResources("sources.knative.dev/v1", "SinkBinding")
                .inNamespace(namespace)
                .withName(name)
                .get();
        binding.setAdditionalProperty(
                "status",
                Map.of(
                        "sinkUri", "http://sink",
                        "sinkCACerts", "PEM",
                        "annotations",
                                Map.of(
                                        "apiserversource.dev/ce-overrides", "{\"extensions\":{\"hello\":\"world\"}}",
                                        "apiserversource.dev/trust-bundles", "one,two",
                                        "apiserversource.dev/token-secret", "token")));
        admin.resource(binding).updateStatus();
    }

    /** In the first seconds after a CRD was installed, the policy does not know the kind, and the answer is 503. */
    private boolean hasSink(String apiVersion, String kind) {
        try {
            return "http://sink"
                    .equals(environment(create(apiVersion, kind, "beat"), 1).get("K_SINK"));
        } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_UNAVAILABLE) {
                throw e;
            }
            return false;
        }
    }

    private GenericKubernetesResource create(String apiVersion, String kind, String app) {
        return admin.resource(workload(apiVersion, kind, app)).dryRun(true).create();
    }

    private GenericKubernetesResource real(String apiVersion, String kind) {
        return admin.resource(workload(apiVersion, kind, "beat")).create();
    }

    private GenericKubernetesResource workload(String apiVersion, String kind, String app) {
        boolean batch = apiVersion.startsWith("batch");
        String template = "template: " + POD.replace("POLICY", batch ? "Never" : "Always");
        String spec = batch ? template : "selector: {matchLabels: {app: beat}}, " + template;
        return Serialization.unmarshal(
                "apiVersion: " + apiVersion + "\nkind: " + kind + "\nmetadata: {name: beat, namespace: " + namespace
                        + ", labels: {app: " + app + "}}\nspec: {"
                        + (kind.equals("CronJob") ? "schedule: '* * * * *', jobTemplate: {spec: {" + spec + "}}" : spec)
                        + "}",
                GenericKubernetesResource.class);
    }

    private static Map<String, String> environment(GenericKubernetesResource workload, int container) {
        return BindingFixture.environment(workload, container);
    }
}
