package dev.apiserversource.controller;

import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;

class LeaderElectionTest {

    @RegisterExtension
    final EmbeddedCluster cluster = new EmbeddedCluster();

    private final ExecutorService executor = Executors.newCachedThreadPool();
    private final BlockingQueue<String> events = new LinkedBlockingQueue<>();

    @AfterEach
    void stop() {
        executor.shutdownNow();
    }

    @Test
    void standbyLeadsOnceTheLeaderHasReleasedTheLease() throws InterruptedException {
        LeaderElection first = start("first");
        assertThat(next()).isEqualTo("first leads");
        LeaderElection second = start("second");
        first.close();
        assertThat(next()).isEqualTo("second leads");
        second.close();
        assertThat(events).isEmpty();
    }

    @Test
    void leaderReportsTheLossOfTheLease() throws InterruptedException {
        LeaderElection election = start("first");
        assertThat(next()).isEqualTo("first leads");
        cluster.client()
                .leases()
                .inNamespace("default")
                .withName(LeaderElection.LEASE_NAME)
                .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\": {\"holderIdentity\": \"other\"}}");
        assertThat(next()).isEqualTo("first lost the lease");
        election.close();
    }

    @Test
    void leaderWithoutAnApiServerStopsWhenItsLeaseExpires() throws Exception {
        LeaderElection election = start("first");
        assertThat(next()).isEqualTo("first leads");
        cluster.stopServer();
        assertThat(events.poll(6, TimeUnit.SECONDS)).isEqualTo("first lost the lease");
        election.close();
    }

    private LeaderElection start(String identity) {
        ControllerConfig config = ControllerConfig.from(Map.of(
                "APISERVER_RA_IMAGE", "adapter:1",
                "SYSTEM_NAMESPACE", "default",
                "POD_NAME", identity,
                "LEASE_DURATION", "PT3S"));
        LeaderElection election = new LeaderElection(cluster.client(), config, executor);
        election.start(() -> events.add(identity + " leads"), () -> events.add(identity + " lost the lease"));
        return election;
    }

    private String next() throws InterruptedException {
        return events.poll(20, TimeUnit.SECONDS);
    }
}
