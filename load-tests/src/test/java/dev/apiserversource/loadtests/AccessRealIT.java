package dev.apiserversource.loadtests;

import dev.apiserversource.loadtests.adapter.AdapterLaunch;
import dev.apiserversource.loadtests.adapter.AdapterProcess;
import dev.apiserversource.loadtests.adapter.AdapterSourceConfig;
import dev.apiserversource.loadtests.adapter.LogLine;
import dev.apiserversource.loadtests.cluster.ControlPlane;
import dev.apiserversource.loadtests.cluster.ControlPlaneTest;
import dev.apiserversource.loadtests.sink.RecordedEvent;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import org.junit.jupiter.api.Test;

import java.time.Duration;

import static org.assertj.core.api.Assertions.assertThat;

/** Missing rights, kinds that are not served, and a wrong environment. */
@ControlPlaneTest
class AccessRealIT {

    private static final String OXEN = """
            apiVersion: apiextensions.k8s.io/v1
            kind: CustomResourceDefinition
            metadata: {name: oxen.farm.example.com}
            spec:
              group: farm.example.com
              scope: Namespaced
              names: {kind: Ox, plural: oxen, singular: ox, listKind: OxList}
              versions:
              - name: v1
                served: true
                storage: true
                schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
            """;

    @Test
    void kindWithIrregularPluralIsWatchedOnceServed(ControlPlane plane) {
        try (TestBed bed = new TestBed(plane)) {
            bed.account().grantWatchIn(bed.namespace(), "farm.example.com", "oxen");
            AdapterProcess adapter = bed.launch(
                    AdapterSourceConfig.ofResources().in(bed.namespace()).watch("farm.example.com", "v1", "oxs"));
            adapter.awaitLog("the missing kind is logged", line -> line.mentions("oxs"), TestBed.TIMEOUT);
            assertThat(adapter.ready()).isFalse();
            assertThat(adapter.healthy()).isTrue();

            plane.client().resource(object(OXEN)).create();
            TestBed.await("the kind is served").until(() -> served(plane.client()));
            // Created before the adapter discovers the kind: emitted, because the kind was not served at the start.
            plane.client().resource(ox(bed, "early")).create();
            adapter.awaitReady(Duration.ofMinutes(1));
            plane.client().resource(ox(bed, "late")).create();

            assertThat(awaitAdd(bed, "late").attributes())
                    .containsEntry("kind", "Ox")
                    .containsEntry("apiversion", "farm.example.com/v1");
            awaitAdd(bed, "early");
        }
    }

    @Test
    void missingRightIsLoggedAndWatchOpensOnceGranted(ControlPlane plane) {
        try (TestBed bed = new TestBed(plane)) {
            AdapterProcess adapter = bed.launch(bed.configMaps());
            LogLine line = adapter.awaitLog(
                    "the missing right is logged",
                    l -> l.mentions("configmaps")
                            && l.mentions(bed.namespace())
                            && (l.mentions("forbidden") || l.mentions("403")),
                    TestBed.TIMEOUT);
            assertThat(line.text()).containsAnyOf("WARN", "ERROR");
            assertThat(adapter.ready()).isFalse();
            assertThat(adapter.alive()).isTrue();

            bed.account().grantWatchIn(bed.namespace(), "", "configmaps");
            adapter.awaitReady(Duration.ofMinutes(1));
            create(bed, "seen");
            bed.awaitConfigMap("add", "seen");
        }
    }

    @Test
    void missingRightForOneResourceLeavesOtherWatchOpen(ControlPlane plane) {
        try (TestBed bed = TestBed.forConfigMaps(plane)) {
            AdapterProcess adapter = bed.launch(bed.configMaps().watch("", "v1", "secrets"));
            adapter.awaitLog(
                    "the missing right is logged",
                    line -> line.mentions("secrets") && line.mentions("forbidden"),
                    TestBed.TIMEOUT);
            assertThat(adapter.ready()).isFalse();

            TestBed.await("an event of the other watch").until(() -> {
                create(bed, "seen" + System.nanoTime());
                return bed.sink().takenCount() > 0;
            });
        }
    }

    @Test
    void standbyWithoutARightIsNotReady(ControlPlane plane) {
        try (TestBed bed = TestBed.forConfigMaps(plane)) {
            bed.account().grantLeaseIn(bed.namespace(), "lease");
            plane.client().resource(lease(bed)).create();
            AdapterProcess leader = bed.launch(bed.configMaps(), launch -> withLease(launch, bed, "old"))
                    .awaitReady(TestBed.TIMEOUT);
            AdapterProcess standby =
                    bed.launch(bed.configMaps().watch("", "v1", "secrets"), launch -> withLease(launch, bed, "new"));

            TestBed.await("the standby says what it lacks")
                    .until(() -> standby.readiness().contains("secrets")
                            && standby.readiness().contains("forbidden"));
            assertThat(standby.readiness()).contains("the leader is old").doesNotContain("configmaps");
            assertThat(standby.ready()).isFalse();
            assertThat(leader.ready()).isTrue();

            bed.account().grantWatchIn(bed.namespace(), "", "secrets");
            standby.awaitReady(Duration.ofMinutes(1));
            assertThat(standby.readiness()).contains("the leader is old");
        }
    }

    /** The Lease is in the namespace of the source. */
    private static AdapterLaunch withLease(AdapterLaunch launch, TestBed bed, String pod) {
        return launch.with("NAMESPACE", bed.namespace())
                .with("LEASE_NAME", "lease")
                .with("LEASE_DURATION", "15")
                .with("POD_NAME", pod);
    }

    private static GenericKubernetesResource lease(TestBed bed) {
        return object("apiVersion: coordination.k8s.io/v1\nkind: Lease\nmetadata: {name: lease, namespace: "
                + bed.namespace() + "}");
    }

    @Test
    void failFastExitsWhenWatchIsForbidden(ControlPlane plane) {
        try (TestBed bed = new TestBed(plane)) {
            AdapterProcess adapter = bed.launch(bed.configMaps().failingFast());

            assertThat(adapter.awaitExit(TestBed.TIMEOUT)).isPositive();
            assertThat(adapter.log()).anyMatch(line -> line.mentions("configmaps") && line.mentions("forbidden"));
        }
    }

    @Test
    void allConfigurationErrorsAreLoggedAtOnce(ControlPlane plane) {
        try (TestBed bed = new TestBed(plane)) {
            AdapterProcess adapter = bed.launch(bed.configMaps(), launch -> launch.with("K_SINK", "nonsense")
                    .with("K_SOURCE_CONFIG", "{")
                    .with("NAME", ""));

            assertThat(adapter.awaitExit(TestBed.TIMEOUT)).isEqualTo(1);
            String all =
                    String.join("\n", adapter.log().stream().map(LogLine::text).toList());
            assertThat(all).contains("K_SINK", "K_SOURCE_CONFIG", "NAME");
        }
    }

    private static void create(TestBed bed, String name) {
        bed.client()
                .resource(new ConfigMapBuilder()
                        .withNewMetadata()
                        .withNamespace(bed.namespace())
                        .withName(name)
                        .endMetadata()
                        .build())
                .create();
    }

    private static RecordedEvent awaitAdd(TestBed bed, String ox) {
        return bed.awaitEvent("add", "/apis/farm.example.com/v1/namespaces/" + bed.namespace() + "/oxen/" + ox);
    }

    private static boolean served(KubernetesClient client) {
        return client.getApiResources("farm.example.com/v1") != null;
    }

    private static GenericKubernetesResource ox(TestBed bed, String name) {
        return object("apiVersion: farm.example.com/v1\nkind: Ox\nmetadata: {name: " + name + ", namespace: "
                + bed.namespace() + "}");
    }

    private static GenericKubernetesResource object(String yaml) {
        return Serialization.unmarshal(yaml, GenericKubernetesResource.class);
    }
}
