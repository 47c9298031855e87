package dev.apiserversource.loadtests;

import dev.apiserversource.loadtests.adapter.AdapterLaunch;
import dev.apiserversource.loadtests.adapter.AdapterProcess;
import dev.apiserversource.loadtests.cluster.ApiServerOption;
import dev.apiserversource.loadtests.cluster.AuditLog.Request;
import dev.apiserversource.loadtests.cluster.ControlPlane;
import dev.apiserversource.loadtests.cluster.ControlPlaneTest;
import dev.apiserversource.loadtests.cluster.ControlPlanes;
import dev.apiserversource.loadtests.cluster.TestServiceAccount;
import dev.apiserversource.loadtests.load.ObjectWriter;
import dev.apiserversource.loadtests.verify.GroundTruth;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Two sources that watch the ConfigMaps of their namespace. The checkpoint of each is a ConfigMap there, so that each
 * would emit the writes of the other, and write its own checkpoint for that, without end.
 */
@ControlPlaneTest
@Execution(ExecutionMode.CONCURRENT) // Beside other tests: most of the time it waits.
class IdleSourcesRealIT {

    private static final Duration IDLE = Duration.ofMinutes(1);

    /** How long after the last change a checkpoint may still be written. */
    private static final Duration SETTLING = Duration.ofSeconds(30);

    private static final Set<String> READS = Set.of("get", "list", "watch");

    @Test
    void twoSourcesOfConfigMapsNeitherEmitNorWriteWhileNothingChanges(ControlPlanes planes) {
        ControlPlane plane = planes.with(ApiServerOption.AUDIT_LOG);
        try (TestBed bed = new TestBed(plane)) {
            List<TestServiceAccount> accounts =
                    Stream.of("a", "b").map(name -> account(bed, name)).toList();
            accounts.forEach(account -> launch(bed, account).awaitReady(TestBed.TIMEOUT));
            ObjectWriter.ofConfigMaps(plane.client(), new GroundTruth()).create(bed.namespace(), "changed", "1");
            bed.sink().await(accounts.size(), TestBed.TIMEOUT);
            accounts.forEach(account -> awaitCheckpoint(plane, account));

            Instant idleFrom = Instant.now();
            TestBed.await("no event for a minute")
                    .during(IDLE)
                    .atMost(IDLE.multipliedBy(2))
                    .pollInterval(Duration.ofSeconds(1))
                    .untilAsserted(() -> assertThat(bed.sink().taken()).hasSize(accounts.size()));
            for (TestServiceAccount account : accounts) {
                assertThat(writes(plane, account, idleFrom))
                        .isNotEmpty()
                        .extracting(Request::resource)
                        .containsOnly("leases");
            }
        }
    }

    /** An account with what the controller grants and creates for a source. */
    private static TestServiceAccount account(TestBed bed, String name) {
        TestServiceAccount account = bed.plane().createServiceAccount(bed.namespace(), name);
        account.grantWatchIn(bed.namespace(), "", "configmaps");
        account.grantCheckpointIn(bed.namespace(), name);
        account.grantLeaseIn(bed.namespace(), name);
        create(bed, "v1", "ConfigMap", name);
        create(bed, "coordination.k8s.io/v1", "Lease", name);
        return account;
    }

    private static void create(TestBed bed, String apiVersion, String kind, String name) {
        bed.client()
                .resource(new GenericKubernetesResourceBuilder()
                        .withApiVersion(apiVersion)
                        .withKind(kind)
                        .withNewMetadata()
                        .withName(name)
                        .withNamespace(bed.namespace())
                        .addToLabels("app.kubernetes.io/managed-by", "apiserversource-adapter")
                        .endMetadata()
                        .build())
                .create();
    }

    private static AdapterProcess launch(TestBed bed, TestServiceAccount account) {
        String name = account.user().replaceFirst(".*:", "");
        return bed.start(AdapterLaunch.of(
                        bed.configMaps(), account.kubeconfig(), bed.sink().url())
                .with("NAMESPACE", bed.namespace())
                .with("NAME", name)
                .with("CHECKPOINT_NAME", name)
                .with("LEASE_NAME", name)
                .with("LEASE_DURATION", "60")
                .with("POD_NAME", name + "-1"));
    }

    /** Waits for a write of the checkpoint, and until no other follows. */
    private static void awaitCheckpoint(ControlPlane plane, TestServiceAccount account) {
        TestBed.await("a checkpoint of " + account.user())
                .until(() -> !checkpointWrites(plane, account, Instant.MIN).isEmpty());
        TestBed.await("no more writes of the checkpoint")
                .atMost(SETTLING.multipliedBy(4))
                .pollInterval(Duration.ofSeconds(1))
                .until(() -> checkpointWrites(plane, account, Instant.now().minus(SETTLING))
                        .isEmpty());
    }

    private static List<Request> checkpointWrites(ControlPlane plane, TestServiceAccount account, Instant since) {
        return writes(plane, account, since).stream()
                .filter(write -> write.resource().equals("configmaps"))
                .toList();
    }

    private static List<Request> writes(ControlPlane plane, TestServiceAccount account, Instant since) {
        return plane.auditLog().requestsOf(account.user(), since).stream()
                .filter(request -> !READS.contains(request.verb()))
                .toList();
    }
}
