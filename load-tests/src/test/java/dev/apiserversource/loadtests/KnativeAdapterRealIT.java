package dev.apiserversource.loadtests;

import dev.apiserversource.loadtests.adapter.AdapterLaunch;
import dev.apiserversource.loadtests.adapter.AdapterProcess;
import dev.apiserversource.loadtests.adapter.LogLine;
import dev.apiserversource.loadtests.cluster.ControlPlane;
import dev.apiserversource.loadtests.cluster.ControlPlaneTest;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

/**
 * The adapter as a pod of Knative's controller, under the Role of {@code rbac/adapter-state.yaml} and without it. No
 * folder for temporary files exists: such a pod has a read-only root and no other volume.
 */
@ControlPlaneTest
class KnativeAdapterRealIT {

    private static final Path REPOSITORY =
            Path.of(System.getProperty("user.dir")).getParent();
    private static final String CHECKPOINT = "apiserversource-test-source-checkpoint";
    private static final String LEASE = "apiserversource-test-source-lease";

    @BeforeAll
    static void serveSources(ControlPlane plane) {
        apply(plane.client(), read("apiserver-controller/deploy/crd-apiserversource.yaml"));
    }

    private static String read(String file) {
        try {
            return Files.readString(REPOSITORY.resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void apply(KubernetesClient client, String yaml) {
        client.load(new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8)))
                .items()
                .forEach(object -> client.resource(object)
                        .patch(
                                new PatchContext.Builder()
                                        .withPatchType(PatchType.SERVER_SIDE_APPLY)
                                        .withFieldManager("test")
                                        .withForce(true)
                                        .build(),
                                object));
    }

    /** What the README of the adapter says to do. */
    private static void grantState(TestBed bed) {
        apply(
                bed.client(),
                read("rbac/adapter-state.yaml")
                        .replace("SOURCE", AdapterLaunch.NAME)
                        .replace("NAMESPACE", bed.namespace())
                        .replace("ACCOUNT", "adapter"));
    }

    private static void createSource(TestBed bed) {
        TestBed.await("sources are served").ignoreExceptions().until(() -> {
            apply(bed.client(), """
                    apiVersion: sources.knative.dev/v1
                    kind: ApiServerSource
                    metadata: {name: test-source, namespace: %s}
                    spec:
                      serviceAccountName: adapter
                      resources: [{apiVersion: v1, kind: ConfigMap}]
                      sink: {uri: "http://sink.example"}
                    """.formatted(bed.namespace()));
            return true;
        });
    }

    /** The variables of Knative's pod template that matter to the state, and no folder for temporary files. */
    private static AdapterProcess launch(TestBed bed, String pod) {
        return bed.launch(bed.configMaps(), launch -> launch.without("CHECKPOINT_NAME")
                .without("LEASE_NAME")
                .with("NAMESPACE", bed.namespace())
                .with("HOSTNAME", pod)
                .with("KUBERNETES_SERVICE_HOST", "10.96.0.1")
                .withJvm("-XX:-UsePerfData")
                .withJvm("-Djava.io.tmpdir=/proc/no-such-folder"));
    }

    private static void create(TestBed bed, String name) {
        bed.client()
                .resource(new ConfigMapBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .withNamespace(bed.namespace())
                        .endMetadata()
                        .withData(Map.of("key", "value"))
                        .build())
                .create();
    }

    private static String holder(TestBed bed) {
        return String.valueOf(bed.client()
                .genericKubernetesResources("coordination.k8s.io/v1", "Lease")
                .inNamespace(bed.namespace())
                .withName(LEASE)
                .get()
                .<String>get("spec", "holderIdentity"));
    }

    private static ConfigMap checkpoint(TestBed bed) {
        return bed.client()
                .configMaps()
                .inNamespace(bed.namespace())
                .withName(CHECKPOINT)
                .get();
    }

    @Test
    void aKilledAdapterLosesNothingUnderTheRole(ControlPlane plane) {
        try (TestBed bed = TestBed.forConfigMaps(plane)) {
            createSource(bed);
            grantState(bed);
            launch(bed, "pod-1").awaitReady(TestBed.TIMEOUT);
            create(bed, "before");
            bed.awaitConfigMap("add", "before");
            assertThat(holder(bed)).isEqualTo("pod-1");
            bed.killAdapters();
            create(bed, "meanwhile");
            launch(bed, "pod-1").awaitReady(TestBed.TIMEOUT);

            bed.awaitConfigMap("add", "meanwhile");
            assertThat(checkpoint(bed).getMetadata().getOwnerReferences())
                    .extracting(OwnerReference::getKind, OwnerReference::getName)
                    .containsExactly(tuple("ApiServerSource", "test-source"));
        }
    }

    @Test
    void theNewPodOfARolloutStandsByUntilTheOldOneHasStopped(ControlPlane plane) {
        try (TestBed bed = TestBed.forConfigMaps(plane)) {
            grantState(bed);
            AdapterProcess old = launch(bed, "pod-1").awaitReady(TestBed.TIMEOUT);
            AdapterProcess next = launch(bed, "pod-2").awaitReady(TestBed.TIMEOUT);
            assertThat(holder(bed)).isEqualTo("pod-1");
            old.terminate();
            TestBed.await("the new pod holds the Lease").until(() -> holder(bed).equals("pod-2"));
            create(bed, "after");

            bed.awaitConfigMap("add", "after");
            assertThat(next.alive()).isTrue();
        }
    }

    @Test
    void withoutTheRoleItWorksAndTakesUpBothOnceGranted(ControlPlane plane) {
        try (TestBed bed = TestBed.forConfigMaps(plane)) {
            AdapterProcess adapter = launch(bed, "pod-1").awaitReady(TestBed.TIMEOUT);
            create(bed, "before");
            bed.awaitConfigMap("add", "before");
            List<LogLine> warnings = adapter.log().stream()
                    .filter(line -> line.mentions("rbac/adapter-state.yaml"))
                    .toList();
            assertThat(warnings).singleElement().matches(line -> line.mentions("s/SOURCE/test-source/g"));

            grantState(bed);
            TestBed.await("the checkpoint is written and the Lease held")
                    .atMost(Duration.ofMinutes(3))
                    .until(() -> checkpoint(bed) != null && holder(bed).equals("pod-1"));
            bed.killAdapters();
            create(bed, "meanwhile");
            launch(bed, "pod-1").awaitReady(TestBed.TIMEOUT);

            bed.awaitConfigMap("add", "meanwhile");
            assertThat(bed.sink().violations()).isEmpty();
        }
    }
}
