package dev.apiserversource.adapter;

import dev.apiserversource.frame.delivery.Await;
import dev.apiserversource.frame.delivery.FixtureSink;
import dev.apiserversource.frame.delivery.SinkFault;
import io.cloudevents.CloudEvent;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

import static dev.apiserversource.samples.embedded.fault.Fault.ANSWER_500;
import static dev.apiserversource.samples.embedded.fault.Fault.FORBIDDEN;
import static org.assertj.core.api.Assertions.assertThat;

/** Two whole adapters and one Lease. */
class StandbyTest {

    private static final String LEASE =
            "{\"apiVersion\":\"coordination.k8s.io/v1\",\"kind\":\"Lease\",\"metadata\":{\"name\":\"my-lease\",\"namespace\":\"default\"}}";

    @RegisterExtension
    final AdapterWorld world = new AdapterWorld();

    private final List<Replica> replicas = new ArrayList<>();

    @AfterEach
    void close() {
        replicas.forEach(Replica::close);
    }

    private Replica start(String pod) {
        world.with("LEASE_NAME", "my-lease")
                .with("LEASE_DURATION", "3")
                .with("CHECKPOINT_NAME", "kept")
                .with("ADAPTER_DRAIN_TIMEOUT", "1");
        Replica replica = new Replica(world, pod);
        replicas.add(replica);
        return replica;
    }

    private void createLease() {
        world.server().store().create(AdapterWorld.object(LEASE));
    }

    private Replica startActive(String pod) {
        Replica replica = start(pod);
        until(pod + " is active and ready", () -> replica.isActive() && replica.isReady());
        return replica;
    }

    private void until(String fact, BooleanSupplier holds) {
        world.until(fact, holds);
    }

    private String holder() {
        return world.server()
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
    void aGracefulHandOverLosesAndRepeatsNothing() {
        createLease();
        Replica a = startActive("a");
        Replica b = start("b");
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            world.create("object" + i, "1");
            world.update("object" + i, "2");
            expected.addAll(List.of("add object" + i, "update object" + i));
            if (i == 10) {
                // While it drains, changes go on.
                a.stop();
            }
            if (i == 20) {
                until("b is active", b::isActive);
            }
        }
        world.awaitAccepted(expected.toArray(String[]::new));

        assertThat(ids(world.sink())).doesNotHaveDuplicates();
        for (int i = 0; i < 30; i++) {
            assertThat(world.accepted("object" + i)).containsExactly("add object" + i, "update object" + i);
        }
        assertThat(holder()).isEqualTo("b");
        assertThat(b.superseded().isComplete()).isFalse();
    }

    @Test
    void aStandbyOpensNoWatch() {
        createLease();
        startActive("a");
        Replica b = start("b");
        until(
                "b has looked",
                () -> world.server().requests().stream()
                                .filter(request -> request.path().endsWith("/leases/my-lease"))
                                .count()
                        >= 5);

        assertThat(b.isActive()).isFalse();
        assertThat(b.isReady()).isTrue();
        assertThat(world.server().openWatches()).isEqualTo(1);
    }

    @Test
    void whoeverWasFrozenDeliversNothingMoreWhenAnotherHasTakenOver() {
        createLease();
        Replica a = startActive("a");
        Replica b = start("b");
        Await.result(world.sink().startFailing(SinkFault.STATUS_503));
        world.create("held", "1");
        until("a holds it", () -> a.gauge("apiserversource.pending.events") == 1);
        a.freeze();
        Await.result(world.sink().mend());
        world.awaitAccepted("add held");
        assertThat(b.isActive()).isTrue();
        world.update("held", "2");
        world.awaitAccepted("update held");
        int received = world.sink().received().size();
        a.thaw();

        assertThat(Await.result(a.superseded())).contains("held by b");
        assertThat(world.sink().received()).hasSize(received);
        assertThat(world.accepted("held")).containsExactly("add held", "update held");
    }

    @Test
    void whileTheLeaseCannotBeRenewedEventsAreHeldAndNotLost() {
        createLease();
        Replica a = startActive("a");
        world.server()
                .faults()
                .onlyFor(request -> request.path().contains("/leases/"))
                .on(ANSWER_500);
        until("a is suspended", () -> a.gauge("apiserversource.suspended") == 1);
        world.create("late", "1");
        until("a holds it", () -> a.gauge("apiserversource.pending.events") == 1);
        assertThat(world.accepted()).isEmpty();
        world.server().faults().off(ANSWER_500);
        world.awaitAccepted("add late");

        assertThat(a.superseded().isComplete()).isFalse();
        assertThat(a.gauge("apiserversource.suspended")).isZero();
    }

    @Test
    void withoutTheLeaseNothingIsStarted() {
        Replica a = start("a");
        until("a has looked", () -> world.server().requests().stream()
                .anyMatch(request -> request.path().endsWith("/leases/my-lease")));
        assertThat(world.server().openWatches()).isZero();
        createLease();
        until("a is active", a::isActive);
    }

    @Test
    void withoutTheRightToTheLeaseNothingIsStarted() {
        createLease();
        world.server()
                .faults()
                .onlyFor(request ->
                        request.path().contains("/leases/") && request.method().equals("PATCH"))
                .on(FORBIDDEN);
        Replica a = start("a");
        until("a has tried", () -> world.server().requests().stream()
                .anyMatch(request -> request.method().equals("PATCH")));
        assertThat(a.isActive()).isFalse();
        assertThat(world.server().openWatches()).isZero();
        world.server().faults().off(FORBIDDEN);
        until("a is active", a::isActive);
    }

    @Test
    void aStaleWriterOfTheCheckpointIsFoundOut() {
        createLease();
        Replica a = startActive("a");
        Replica b = start("b");
        world.create("first", "1");
        world.awaitAccepted("add first");
        a.freeze();
        until("b is active", () -> b.isActive() && b.isReady());
        world.create("second", "1");
        world.awaitAccepted("add second");
        a.thaw();
        Await.result(a.superseded());
        Await.result(b.stop());
        startActive("c");
        world.create("third", "1");
        world.awaitAccepted("add third");

        assertThat(ids(world.sink()).stream().distinct()).hasSize(3);
        assertThat(world.accepted().stream().distinct()).containsExactly("add first", "add second", "add third");
    }
}
