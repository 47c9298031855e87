package dev.apiserversource.controller.knative;

import dev.apiserversource.controller.EmbeddedCluster;
import dev.apiserversource.controller.SettableClock;
import io.fabric8.kubernetes.api.model.APIGroupBuilder;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.time.Duration;
import java.time.ZoneOffset;

import static org.assertj.core.api.Assertions.assertThat;

class KnativeLeasesTest {

    private static final String PREFIX = KnativeLeases.prefixOf("apiserversource");
    private static final String ONLY = PREFIX + "00-of-01";
    private static final Duration LEASE_DURATION = Duration.ofSeconds(15);

    /** Knative's default lease duration. */
    private static final Duration KNATIVE_LEASE_DURATION = Duration.ofSeconds(60);

    @RegisterExtension
    final EmbeddedCluster cluster = new EmbeddedCluster();

    private final SettableClock clock = new SettableClock();
    private KnativeLeases leaving;
    private KnativeLeases taking;

    @BeforeEach
    void create() {
        leaving = leases(false, "pod-1");
        taking = leases(true, "pod-1");
    }

    @Test
    void blocksUntilTheFirstCheck() {
        assertThat(leaving.blocker()).isPresent();
        leaving.check();
        assertThat(leaving.blocker()).isEmpty();
    }

    @Test
    void leavesSourcesToALiveLeaderOfKnative() {
        renew(ONLY, "knative-1");
        leaving.check();
        assertThat(leaving.blocker())
                .contains("Knative's controller reconciles this source: knative-1 holds the Lease default/" + ONLY);
        assertThat(lease(ONLY).getSpec().getHolderIdentity()).isEqualTo("knative-1");
    }

    @Test
    void reconcilesOnceTheLeaseHasExpired() {
        renew(ONLY, "knative-1");
        clock.advance(KNATIVE_LEASE_DURATION);
        leaving.check();
        assertThat(leaving.blocker()).isEmpty();
    }

    @Test
    void reconcilesOnceTheLeaseIsReleased() {
        renew(ONLY, "");
        leaving.check();
        assertThat(leaving.blocker()).isEmpty();
    }

    @Test
    void ignoresTheLeasesOfOtherReconcilers() {
        renew("controller.knative.dev.eventing.pkg.reconciler.pingsource.reconciler.00-of-01", "knative-1");
        leaving.check();
        taking.check();
        assertThat(leaving.blocker()).isEmpty();
        assertThat(taking.blocker()).isEmpty();
    }

    @Test
    void oneLiveLeaderOfSeveralBucketsBlocks() {
        renew(PREFIX + "00-of-02", "");
        renew(PREFIX + "01-of-02", "knative-2");
        leaving.check();
        assertThat(leaving.blocker()).isPresent();
    }

    @Test
    void takesALiveLeaseAndWaitsUntilItsLeaderHasStopped() {
        renew(ONLY, "knative-1");
        taking.check();
        assertThat(lease(ONLY).getSpec().getHolderIdentity()).isEqualTo("apiserversource-controller/pod-1");
        assertThat(lease(ONLY).getSpec().getLeaseDurationSeconds()).isEqualTo(15);
        assertThat(lease(ONLY).getSpec().getLeaseTransitions()).isEqualTo(1);
        clock.advance(KNATIVE_LEASE_DURATION.multipliedBy(2).minusSeconds(1));
        taking.check();
        assertThat(taking.blocker()).isPresent();
        clock.advance(Duration.ofSeconds(1));
        taking.check();
        assertThat(taking.blocker()).isEmpty();
    }

    @Test
    void reconcilesAtOnceAfterTakingAnExpiredLease() {
        renew(ONLY, "knative-1");
        clock.advance(KNATIVE_LEASE_DURATION);
        taking.check();
        assertThat(taking.blocker()).isEmpty();
        assertThat(lease(ONLY).getSpec().getHolderIdentity()).isEqualTo("apiserversource-controller/pod-1");
    }

    @Test
    void takesTheLeasesOfAllBuckets() {
        renew(PREFIX + "00-of-02", "knative-1");
        renew(PREFIX + "01-of-02", "knative-2");
        taking.check();
        assertThat(lease(PREFIX + "00-of-02").getSpec().getHolderIdentity()).endsWith("pod-1");
        assertThat(lease(PREFIX + "01-of-02").getSpec().getHolderIdentity()).endsWith("pod-1");
    }

    @Test
    void anotherReplicaTakesTheLeaseAtOnceAndWaitsAsLong() {
        renew(ONLY, "knative-1");
        taking.check();
        KnativeLeases second = leases(true, "pod-2");
        clock.advance(Duration.ofSeconds(1));
        second.check();
        assertThat(lease(ONLY).getSpec().getHolderIdentity()).isEqualTo("apiserversource-controller/pod-2");
        assertThat(second.blocker()).isPresent();
        clock.advance(KNATIVE_LEASE_DURATION.multipliedBy(2));
        second.check();
        assertThat(second.blocker()).isEmpty();
    }

    @Test
    void releasesTheLeaseThatAnEarlierTakeoverHeld() {
        renew(ONLY, "knative-1");
        taking.check();
        leaving.check();
        assertThat(lease(ONLY).getSpec().getHolderIdentity()).isNullOrEmpty();
        assertThat(lease(ONLY).getMetadata().getAnnotations()).isEmpty();
        assertThat(leaving.blocker()).isEmpty();
    }

    @Test
    void blocksWhenTheLeaseMayHaveExpired() {
        renew(ONLY, "");
        taking.check();
        assertThat(taking.blocker()).isEmpty();
        clock.advance(LEASE_DURATION);
        assertThat(taking.blocker()).contains("Knative's Leases could not be read for PT15S");
    }

    @Nested
    @EnableKubernetesMockClient
    class WithoutTheRightToListThem {

        KubernetesMockServer server;
        KubernetesClient client;
        private KnativeLeases leases;

        @BeforeEach
        void forbid() {
            server.expect()
                    .get()
                    .withPath("/apis/coordination.k8s.io/v1/namespaces/default/leases")
                    .andReturn(403, new StatusBuilder().withCode(403).build())
                    .always();
            leases = new KnativeLeases(
                    client, new KnativeLeases.Settings("default", false, "pod-1", LEASE_DURATION),
                    PREFIX,
                    clock);
        }

        @Test
        void reconcilesWhileKnativeEventingIsNotInstalled() {
            leases.check();
            assertThat(leases.blocker()).isEmpty();
        }

        @Test
        void leavesSourcesAloneWhileKnativeEventingIsInstalled() {
            server.expect()
                    .get()
                    .withPath("/apis/eventing.knative.dev")
                    .andReturn(
                            200,
                            new APIGroupBuilder()
                                    .withName("eventing.knative.dev")
                                    .build())
                    .always();
            leases.check();
            assertThat(leases.blocker()).isPresent();
        }
    }

    private KnativeLeases leases(boolean takeover, String identity) {
        return new KnativeLeases(
                cluster.client(),
                new KnativeLeases.Settings("default", takeover, identity, LEASE_DURATION),
                PREFIX,
                clock);
    }

    /** What Knative's leader does. */
    private void renew(String name, String holder) {
        cluster.client()
                .resource(new LeaseBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .withNamespace("default")
                        .endMetadata()
                        .withNewSpec()
                        .withHolderIdentity(holder)
                        .withLeaseDurationSeconds((int) KNATIVE_LEASE_DURATION.toSeconds())
                        .withRenewTime(clock.instant().atZone(ZoneOffset.UTC))
                        .endSpec()
                        .build())
                .create();
    }

    private Lease lease(String name) {
        return cluster.client().leases().inNamespace("default").withName(name).get();
    }
}
