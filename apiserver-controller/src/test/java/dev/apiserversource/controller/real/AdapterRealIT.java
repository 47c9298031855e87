package dev.apiserversource.controller.real;

import dev.apiserversource.controller.real.RealCluster.Installed;
import dev.apiserversource.loadtests.cluster.ControlPlaneTest;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;

/** Controller and adapter together, both under the rights that ship; the tests do what the kubelet does. */
@ControlPlaneTest
@ExtendWith(RealCluster.class)
class AdapterRealIT {

    private static final String PAUSED = "apiserversource.dev/paused";
    private static final int FORBIDDEN = 403;

    private final Installed cluster;
    private final KubernetesClient admin;
    private final RecordingSink sink = new RecordingSink();
    private SourceFixture source;

    AdapterRealIT(Installed cluster) {
        this.cluster = cluster;
        this.admin = cluster.admin();
    }

    @BeforeEach
    void start() {
        source = new SourceFixture(cluster, Map.of("POD_NAME", "with-adapter"));
        source.grant("configmaps");
        createConfigMap("first");
        source.apply("{initialState: Emit, serviceAccountName: " + SourceFixture.ACCOUNT
                + ", resources: [{apiVersion: v1, kind: ConfigMap}], sink: {uri: '" + sink.url() + "'}}");
    }

    @AfterEach
    void stop() {
        source.close();
        sink.close();
    }

    @Test
    void resumedSourceDeliversWhatHappenedWhileItWasPaused() {
        try (AdapterPod pod = startPod("paused")) {
            sink.await("add first");
            source.awaitReady();
            source.annotate(PAUSED, "true");
            Deployment paused =
                    source.awaitDeployment(deployment -> deployment.getSpec().getReplicas() == 0);
            assertThat(pod.stop()).isZero();
            source.rolledOut(paused);
        }
        source.awaitCondition("Ready", "False", "Paused");
        createConfigMap("second");
        createConfigMap("third");
        admin.configMaps().inNamespace(source.namespace()).withName("second").delete();
        source.removeAnnotation(PAUSED);
        try (AdapterPod pod = startPod("resumed")) {
            sink.await("add second", "delete second", "add third");
            source.awaitReady();
            assertThat(pod.stop()).isZero();
        }
    }

    @Test
    void sinkThatRefusesIsACondition() {
        sink.answer(FORBIDDEN);
        try (AdapterPod pod = startPod("refused")) {
            source.awaitCondition("Delivering", "False", "SinkRefuses");
            source.awaitReady();
            sink.accept();
            sink.await("add first");
            source.await(current -> current.getStatus().conditions().stream()
                    .noneMatch(condition -> condition.type().equals("Delivering")));
            assertThat(pod.stop()).isZero();
        }
    }

    @Test
    void rightThatTheAdapterIsDeniedIsACondition() {
        Deployment deployment = source.awaitDeployment(made -> true);
        source.rolledOut(deployment);
        source.awaitReady();
        source.revoke();
        try (AdapterPod pod = startPod("denied")) {
            source.awaitCondition("SufficientPermissions", "False", "AccessDenied");
            source.grant("configmaps");
            source.awaitReady();
            sink.await("add first");
            assertThat(pod.stop()).isZero();
        }
    }

    @Test
    void fieldSelectorThatTheKindDoesNotHaveIsACondition() {
        source.annotate("apiserversource.dev/field-selector", "spec.colour=red");
        source.awaitDeployment(deployment -> Serialization.asJson(deployment).contains("spec.colour"));
        try (AdapterPod pod = startPod("misselecting")) {
            source.awaitCondition("Deployed", "False", "RequestRefused");
            assertThat(pod.stop()).isZero();
        }
    }

    /** Starts the adapter of the Deployment and reports it available. */
    private AdapterPod startPod(String name) {
        Deployment deployment = source.awaitDeployment(made -> made.getSpec().getReplicas() == 1);
        AdapterPod pod = new AdapterPod(
                name, deployment, cluster.plane().serviceAccount(source.namespace(), SourceFixture.ACCOUNT));
        source.rolledOut(deployment);
        return pod;
    }

    private void createConfigMap(String name) {
        admin.resource(new ConfigMapBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .withNamespace(source.namespace())
                        .endMetadata()
                        .build())
                .create();
    }
}
