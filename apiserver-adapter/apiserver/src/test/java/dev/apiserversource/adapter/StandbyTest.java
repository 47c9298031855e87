package dev.apiserversource.adapter;

import dev.apiserversource.frame.delivery.Await;
import dev.apiserversource.frame.delivery.FixtureSink;
import dev.apiserversource.frame.delivery.SinkFault;
import io.cloudevents.CloudEvent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

import static dev.apiserversource.samples.embedded.fault.ServerFault.ANSWER_500;
import static dev.apiserversource.samples.embedded.fault.ServerFault.FORBIDDEN;
import static org.assertj.core.api.Assertions.assertThat;

/** Two whole adapters and one Lease. */
class StandbyTest {

    private static final String LEASE = """
            {"apiVersion":"coordination.k8s.io/v1","kind":"Lease",
             "metadata":{"name":"my-lease","namespace":"default"}}""";

    @RegisterExtension
    final AdapterFixture fixture = new AdapterFixture();

    private AdapterUnderTest start(String pod) {
        return fixture.with("LEASE_NAME", "my-lease")
                .with("LEASE_DURATION", "3")
                .with("POD_NAME", pod)
                .with("CHECKPOINT_NAME", "kept")
                .with("ADAPTER_DRAIN_TIMEOUT", "1")
                .start();
    }

    private void createLease() {
        fixture.server().store().create(AdapterFixture.object(LEASE));
    }

    private AdapterUnderTest startLeader(String pod) {
        AdapterUnderTest adapter = start(pod);
        until(pod + " is the leader and ready", () -> adapter.isLeader() && adapter.isReady());
        return adapter;
    }

    private void until(String fact, BooleanSupplier holds) {
        fixture.until(fact, holds);
    }

    private String holder() {
        return fixture.server()
                .store()
                .find("coordination.k8s.io/v1", "Lease", "default", "my-lease")
                .orElseThrow()
                .at("/spec/holderIdentity")
                .asText();
    }

    private static List<String> ids(FixtureSink sink) {
        return sink.accepted().stream().map(CloudEvent::getId).toList();
    }

    @Test
    void aGracefulHandoverLosesAndRepeatsNothing() {
        createLease();
        AdapterUnderTest a = startLeader("a");
        AdapterUnderTest b = start("b");
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            fixture.create("object" + i, "1");
            fixture.update("object" + i, "2");
            expected.addAll(List.of("add object" + i, "update object" + i));
            if (i == 10) {
                // More changes follow while it drains.
                a.stop();
            }
            if (i == 20) {
                until("b is the leader", b::isLeader);
            }
        }
        fixture.awaitAccepted(expected.toArray(String[]::new));

        assertThat(ids(fixture.sink())).doesNotHaveDuplicates();
        for (int i = 0; i < 30; i++) {
            assertThat(fixture.accepted("object" + i)).containsExactly("add object" + i, "update object" + i);
        }
        assertThat(holder()).isEqualTo("b");
        assertThat(b.leadershipLost().isComplete()).isFalse();
    }

    @Test
    void aStandbyOpensNoWatch() {
        createLease();
        startLeader("a");
        AdapterUnderTest b = start("b");
        until(
                "b has read the Lease",
                () -> fixture.server().requests().stream()
                                .filter(request -> request.path().endsWith("/leases/my-lease"))
                                .count()
                        >= 5);

        assertThat(b.isLeader()).isFalse();
        assertThat(fixture.server().openWatches()).isEqualTo(1);
    }

    @Test
    void aStandbyIsReadyWhenItCouldTakeOver() {
        createLease();
        startLeader("a");
        AdapterUnderTest b = start("b");
        until("b is ready", b::isReady);

        assertThat(b.isLeader()).isFalse();
        assertThat(b.readiness()).isEqualTo("standby, the leader is a");
        until("only a watches", () -> fixture.server().openWatches() == 1);
    }

    @Test
    void aStandbyWithoutTheRightToAResourceIsNotReady() {
        createLease();
        startLeader("a");
        fixture.server()
                .faults()
                .onlyFor(request -> request.path().endsWith("/configmaps"))
                .on(FORBIDDEN);
        AdapterUnderTest b = start("b");
        until("b says why", () -> b.readiness().contains("configmaps@default: HTTP 403"));
        assertThat(b.isReady()).isFalse();
        fixture.server().faults().off(FORBIDDEN);

        until("b is ready", b::isReady);
    }

    @Test
    void aFrozenLeaderDeliversNothingAfterATakeover() {
        createLease();
        AdapterUnderTest a = startLeader("a");
        AdapterUnderTest b = start("b");
        Await.result(fixture.sink().startFailing(SinkFault.STATUS_503));
        fixture.create("pending", "1");
        until("it is pending", () -> a.gauge("apiserversource.pending.events") == 1);
        a.freeze();
        // Only then is the sink mended: an attempt that a had begun is answered by then.
        until("b is the leader", b::isLeader);
        Await.result(fixture.sink().mend());
        fixture.awaitAccepted("add pending");
        fixture.update("pending", "2");
        fixture.awaitAccepted("update pending");
        int received = fixture.sink().received().size();
        a.thaw();

        assertThat(Await.result(a.leadershipLost())).contains("held by b");
        assertThat(fixture.sink().received()).hasSize(received);
        assertThat(fixture.accepted("pending")).containsExactly("add pending", "update pending");
    }

    @Test
    void whileTheLeaseCannotBeRenewedEventsStayPending() {
        createLease();
        AdapterUnderTest a = startLeader("a");
        fixture.server()
                .faults()
                .onlyFor(request -> request.path().contains("/leases/"))
                .on(ANSWER_500);
        until("a is suspended", () -> a.gauge("apiserversource.suspended") == 1);
        fixture.create("late", "1");
        until("it is pending", () -> a.gauge("apiserversource.pending.events") == 1);
        assertThat(fixture.accepted()).isEmpty();
        fixture.server().faults().off(ANSWER_500);
        fixture.awaitAccepted("add late");

        assertThat(a.leadershipLost().isComplete()).isFalse();
        assertThat(a.gauge("apiserversource.suspended")).isZero();
    }

    @Test
    void withoutALeaseNoWatchIsOpened() {
        AdapterUnderTest a = start("a");
        until("a has read the Lease", () -> fixture.server().requests().stream()
                .anyMatch(request -> request.path().endsWith("/leases/my-lease")));
        assertThat(fixture.server().openWatches()).isZero();
        createLease();
        until("a is the leader", a::isLeader);
    }

    @Test
    void withoutTheRightToTheLeaseNoWatchIsOpened() {
        createLease();
        fixture.server()
                .faults()
                .onlyFor(request ->
                        request.path().contains("/leases/") && request.method().equals("PATCH"))
                .on(FORBIDDEN);
        AdapterUnderTest a = start("a");
        until("a has tried", () -> fixture.server().requests().stream()
                .anyMatch(request -> request.method().equals("PATCH")));
        assertThat(a.isLeader()).isFalse();
        assertThat(fixture.server().openWatches()).isZero();
        fixture.server().faults().off(FORBIDDEN);
        until("a is the leader", a::isLeader);
    }

    @Test
    void aFormerLeaderCannotOverwriteTheCheckpoint() {
        createLease();
        AdapterUnderTest a = startLeader("a");
        AdapterUnderTest b = start("b");
        fixture.create("first", "1");
        fixture.awaitAccepted("add first");
        a.freeze();
        until("b is the leader", () -> b.isLeader() && b.isReady());
        fixture.create("second", "1");
        fixture.awaitAccepted("add second");
        a.thaw();
        Await.result(a.leadershipLost());
        Await.result(b.stop());
        startLeader("c");
        fixture.create("third", "1");
        fixture.awaitAccepted("add third");

        assertThat(ids(fixture.sink()).stream().distinct()).hasSize(3);
        assertThat(fixture.accepted().stream().distinct()).containsExactly("add first", "add second", "add third");
    }
}
