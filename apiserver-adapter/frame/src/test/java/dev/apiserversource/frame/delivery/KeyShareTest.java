package dev.apiserversource.frame.delivery;

import dev.apiserversource.frame.delivery.Dispatcher.SupersedableEvent;
import dev.apiserversource.frame.time.SimulatedTime;
import io.cloudevents.CloudEvent;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;

import static org.assertj.core.api.Assertions.assertThat;

/** One key can use a sixteenth of what can be pending. */
class KeyShareTest {

    private static final int SHARE = 4;
    private static final int SHARE_BYTES = 10 * PendingEvents.EVENT_OVERHEAD;

    private final SimulatedTime time = new SimulatedTime();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final ScriptedSink sink = new ScriptedSink();
    private final Dispatcher dispatcher = dispatcher(sink);

    @Test
    void sendsEveryEventWithinTheShare() {
        IntStream.rangeClosed(1, SHARE).forEach(i -> dispatch("k", "k" + i));
        acceptAll();
        assertThat(sink.ids()).containsExactly("k1", "k2", "k3", "k4");
    }

    @Test
    void theNewestSupersedesTheLastThatWaitsBeyondTheShare() {
        IntStream.rangeClosed(1, SHARE).forEach(i -> dispatch("k", "k" + i));
        Future<Outcome> superseded = dispatch("k", "k5");
        Future<Outcome> newest = dispatch("k", "k6");
        assertThat(dispatcher.pendingEvents()).isEqualTo(SHARE);
        assertThat(superseded.result()).isEqualTo(Outcome.SUPERSEDED);

        acceptAll();

        assertThat(sink.ids()).containsExactly("k1", "k2", "k3", "k6");
        assertThat(newest.result()).isEqualTo(Outcome.DELIVERED);
        assertThat(Outcome.SUPERSEDED.isSettled()).isTrue();
    }

    @Test
    void countsSupersededEventsApart() {
        IntStream.rangeClosed(1, SHARE + 2).forEach(i -> dispatch("k", "k" + i));
        assertThat(registry.get("apiserversource.events.superseded").counter().count())
                .isEqualTo(2);
        assertThat(registry.find("apiserversource.events").counters()).isEmpty();
    }

    @Test
    void theShareIsFreeAgainAfterEachOutcome() {
        IntStream.rangeClosed(1, SHARE).forEach(i -> dispatch("k", "k" + i));
        sink.last().accept();
        dispatch("k", "k5");
        acceptAll();
        assertThat(sink.ids()).containsExactly("k1", "k2", "k3", "k4", "k5");
    }

    @Test
    void keysHaveAShareEach() {
        IntStream.rangeClosed(1, SHARE).forEach(i -> dispatch("a", "a" + i));
        IntStream.rangeClosed(1, SHARE).forEach(i -> dispatch("b", "b" + i));
        assertThat(dispatcher.pendingEvents()).isEqualTo(2 * SHARE);
    }

    @Test
    void sendsBothWhenTheNewerCannotSupersede() {
        IntStream.rangeClosed(1, SHARE).forEach(i -> dispatch("k", "k" + i));
        dispatcher.dispatch("k", Events.event("single"));
        dispatcher.dispatch("k", Events.event("last"));
        acceptAll();
        assertThat(sink.ids()).containsExactly("k1", "k2", "k3", "k4", "single", "last");
    }

    @Test
    void theEventThatIsBeingSentIsNotSuperseded() {
        dispatch("k", "k1", SHARE_BYTES);
        dispatch("k", "k2", SHARE_BYTES);
        dispatch("k", "k3", SHARE_BYTES);
        acceptAll();
        assertThat(sink.ids()).containsExactly("k1", "k3");
    }

    @Test
    void bytesAreSharedToo() {
        dispatch("k", "k1", SHARE_BYTES / 2);
        dispatch("k", "k2", SHARE_BYTES / 2 - 3 * PendingEvents.EVENT_OVERHEAD);
        dispatch("k", "k3", 0);
        dispatch("k", "k4", 0);
        acceptAll();
        assertThat(sink.ids()).containsExactly("k1", "k2", "k4");
        assertThat(gauge("apiserversource.pending.bytes")).isZero();
    }

    @Test
    void theEventThatStandsForBothIsSent() {
        dispatcher.dispatch("k", new Newest("k1", SHARE_BYTES));
        dispatcher.dispatch("k", new Newest("k2", SHARE_BYTES));
        dispatcher.dispatch("k", new Newest("k3", SHARE_BYTES));
        acceptAll();
        assertThat(sink.ids()).containsExactly("k1", "k3 for k2");
    }

    @Test
    void runsWaitersWhenASmallerEventSupersedes() {
        List<String> run = new ArrayList<>();
        dispatch("k", "k1", SHARE_BYTES);
        dispatch("k", "k2", 16 * SHARE_BYTES);
        dispatcher.whenCapacity(() -> run.add("reader"));
        assertThat(run).isEmpty();
        dispatch("k", "k3", 0);
        assertThat(run).containsExactly("reader");
    }

    /** For an hour, ten changes a second of one object that is refused, and as many of others. */
    @Test
    void aKeyThatIsRefusedForEverLeavesRoomForTheOthers() {
        Random random = new Random(1);
        List<String> taken = new ArrayList<>();
        Sink refusing = event -> {
            if (event.getId().startsWith("refused")) {
                return Future.failedFuture(DeliveryException.answered(413, Optional.empty(), "too large"));
            }
            taken.add(event.getId());
            return Future.succeededFuture();
        };
        RetryPolicy policy = RetrySettings.defaults().policy(random);
        Dispatcher bounded = dispatcher(new RetryingSink(refusing, SinkAddress.Role.MAIN, policy, time));
        int changes = 36_000;
        for (int i = 0; i < changes; i++) {
            assertThat(bounded.hasCapacity()).as("capacity after %d changes", i).isTrue();
            bounded.dispatch("refused", new Newest("refused" + i, 2 * PendingEvents.EVENT_OVERHEAD));
            bounded.dispatch("other" + i % 7, new Newest("other" + i, 0));
            time.advance(Duration.ofMillis(100));
        }
        assertThat(taken).hasSize(changes);
        assertThat(bounded.pendingEvents()).isLessThanOrEqualTo(SHARE);
    }

    private Dispatcher dispatcher(Sink behind) {
        return Dispatchers.bounded(behind, 16 * SHARE, 16 * SHARE_BYTES, time, registry);
    }

    private Future<Outcome> dispatch(String key, String id) {
        return dispatch(key, id, 0);
    }

    private Future<Outcome> dispatch(String key, String id, int bytes) {
        CloudEvent event =
                Events.builder(id).withData("text/plain", new byte[bytes]).build();
        return dispatcher.dispatch(key, new SupersedableEvent() {
            @Override
            public CloudEvent event() {
                return event;
            }

            @Override
            public boolean supersede(SupersedableEvent waiting) {
                return true;
            }
        });
    }

    private void acceptAll() {
        for (int i = 0; i < sink.size(); i++) {
            sink.attempt(i).answer().tryComplete();
        }
    }

    private double gauge(String name) {
        return registry.get(name).gauge().value();
    }

    /** Names the event that it was accepted in place of. */
    private static final class Newest implements SupersedableEvent {

        private final String id;
        private final int bytes;
        private String superseded = "";

        Newest(String id, int bytes) {
            this.id = id;
            this.bytes = bytes;
        }

        @Override
        public CloudEvent event() {
            return Events.builder(id + superseded)
                    .withData("text/plain", new byte[bytes])
                    .build();
        }

        @Override
        public boolean supersede(SupersedableEvent waiting) {
            superseded = " for " + ((Newest) waiting).id;
            return true;
        }
    }
}
