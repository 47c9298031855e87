package dev.apiserversource.frame.delivery;

import dev.apiserversource.frame.time.SimulatedTime;
import io.cloudevents.CloudEvent;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

import static org.assertj.core.api.Assertions.assertThat;

class DispatcherTest {

    private static final int MAX_EVENTS = 3;
    private static final int MAX_BYTES = 10 * PendingEvents.EVENT_OVERHEAD;

    private final SimulatedTime time = new SimulatedTime();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final ScriptedSink sink = new ScriptedSink();
    private final Dispatcher dispatcher = dispatcher(sink);
    private final List<String> waitersRun = new ArrayList<>();

    @Test
    void sendsTheNextOfAKeyAfterTheOutcomeOfTheOneBefore() {
        Future<Outcome> first = dispatch("k", "k1");
        Future<Outcome> second = dispatch("k", "k2");
        dispatch("k", "k3");
        assertThat(sink.ids()).containsExactly("k1");

        sink.last().accept();
        assertThat(first.result()).isEqualTo(Outcome.DELIVERED);
        assertThat(sink.ids()).containsExactly("k1", "k2");

        sink.last().fail(DeliveryException.answered(400, Optional.empty(), ""));
        assertThat(second.result()).isEqualTo(Outcome.DROPPED);
        assertThat(sink.ids()).containsExactly("k1", "k2", "k3");
    }

    @Test
    void keysDoNotWaitForEachOther() {
        dispatch("a", "a1");
        dispatch("b", "b1");
        dispatch("b", "b2");
        sink.attempt(1).accept();
        assertThat(sink.ids()).containsExactly("a1", "b1", "b2");
    }

    @Test
    void deliversAnEventToTheSinkThatIsGivenWithIt() {
        ScriptedSink own = new ScriptedSink();
        Future<Outcome> first = dispatcher.dispatch("k", Events.event("k1"), own);
        dispatch("k", "k2");
        assertThat(own.ids()).containsExactly("k1");
        assertThat(sink.ids()).isEmpty();

        own.last().accept();
        assertThat(first.result()).isEqualTo(Outcome.DELIVERED);
        assertThat(sink.ids()).containsExactly("k2");
    }

    @Test
    void removesAKeyWithoutPendingEvents() {
        dispatch("a", "a1");
        dispatch("a", "a2");
        dispatch("b", "b1");
        sink.attempt(0).accept();
        sink.attempt(2).accept();
        dispatch("a", "a3");
        assertThat(sink.ids()).containsExactly("a1", "b1", "a2", "a3");

        sink.attempt(1).accept();
        sink.attempt(3).accept();
        assertThat(dispatcher.pendingEvents()).isZero();
        assertThat(gauge("apiserversource.pending.bytes")).isZero();
        assertThat(dispatcher.drain(Duration.ofSeconds(1)).isComplete()).isTrue();
    }

    @Test
    void retriesAnEventThatTheSinkThrowsFor() {
        Future<Outcome> first = dispatch("k", "k1");
        dispatch("k", "k2");
        sink.last().fail(new IllegalStateException("bug"));
        assertThat(first.isComplete()).isFalse();
        assertThat(dispatcher.pendingEvents()).isEqualTo(2);

        time.advance(Duration.ofSeconds(10));
        assertThat(sink.ids()).containsExactly("k1", "k1");
        sink.last().accept();

        assertThat(first.result()).isEqualTo(Outcome.DELIVERED);
        assertThat(sink.ids()).containsExactly("k1", "k1", "k2");
    }

    @Test
    void anEventThatTheSinkThrowsForDoesNotStopOthers() {
        Dispatcher throwing = dispatcher(event -> {
            if (event.getId().equals("a1")) {
                throw new IllegalStateException("bug");
            }
            return Future.succeededFuture();
        });
        Future<Outcome> broken = throwing.dispatch("a", Events.event("a1"));
        for (int i = 0; i < 100; i++) {
            assertThat(throwing.dispatch("b", Events.event("b" + i)).result()).isEqualTo(Outcome.DELIVERED);
            time.advance(Duration.ofSeconds(1));
        }
        assertThat(broken.isComplete()).isFalse();
        assertThat(throwing.pendingEvents()).isOne();
    }

    @Test
    void aThrownFailureIsNotRetriedAfterTheDrain() {
        Future<Outcome> outcome = dispatch("a", "a1");
        sink.last().fail(new IllegalStateException("bug"));
        dispatcher.drain(Duration.ofSeconds(1));
        time.advance(Duration.ofMinutes(1));

        assertThat(outcome.result()).isEqualTo(Outcome.PENDING_AT_STOP);
        assertThat(sink.ids()).containsExactly("a1");
    }

    @Test
    void sendsTheNextOfAKeyAfterAnOutcomeListenerThrows() {
        dispatch("k", "k1").onComplete(outcome -> {
            throw new IllegalStateException("thrown");
        });
        dispatch("k", "k2");
        sink.last().accept();
        assertThat(sink.ids()).containsExactly("k1", "k2");
    }

    @Test
    void completesOutcomesOfAKeyInOrderWithoutDeepRecursion() {
        ScriptedSink first = new ScriptedSink();
        Dispatcher instant =
                dispatcher(event -> event.getId().equals("0") ? first.deliver(event) : Future.succeededFuture());
        List<Integer> completed = new ArrayList<>();
        IntStream.range(0, 20_000)
                .forEach(i -> instant.dispatch("k", Events.event("" + i)).onSuccess(outcome -> completed.add(i)));

        first.last().accept();

        assertThat(completed).hasSize(20_000).isSorted();
    }

    @Test
    void hasNoCapacityAtTheLimitOfEventsButAcceptsMore() {
        dispatch("a", "a1");
        dispatch("b", "b1");
        assertThat(dispatcher.hasCapacity()).isTrue();
        dispatch("c", "c1");
        assertThat(dispatcher.hasCapacity()).isFalse();
        dispatch("d", "d1");
        assertThat(sink.ids()).containsExactly("a1", "b1", "c1", "d1");

        sink.attempt(0).accept();
        assertThat(dispatcher.hasCapacity()).isFalse();
        sink.attempt(1).accept();
        assertThat(dispatcher.hasCapacity()).isTrue();
    }

    @Test
    void hasNoCapacityAtTheLimitOfBytes() {
        dispatch("a", "a1");
        CloudEvent large = Events.builder("b1")
                .withData("text/plain", new byte[9 * PendingEvents.EVENT_OVERHEAD])
                .build();
        dispatcher.dispatch("b", large);
        assertThat(dispatcher.hasCapacity()).isFalse();
        sink.attempt(1).accept();
        assertThat(dispatcher.hasCapacity()).isTrue();
    }

    @Test
    void runsAWaiterAtOnceWhenThereIsCapacity() {
        waitForCapacity("now");
        assertThat(waitersRun).containsExactly("now");
    }

    @Test
    void runsOneWaiterPerFreeSlotInOrderOfArrival() {
        IntStream.rangeClosed(0, MAX_EVENTS).forEach(i -> dispatch("k" + i, "e" + i));
        List.of("r1", "r2", "r3", "r4").forEach(this::waitForCapacity);
        sink.attempt(0).accept();
        assertThat(waitersRun).isEmpty();
        sink.attempt(1).accept();
        assertThat(waitersRun).containsExactly("r1");
        sink.attempt(2).accept();
        assertThat(waitersRun).containsExactly("r1", "r2", "r3");
    }

    @Test
    void runsAllWaitersOnceNothingIsPending() {
        IntStream.range(0, MAX_EVENTS).forEach(i -> dispatch("k" + i, "e" + i));
        IntStream.range(0, 100).forEach(i -> waitForCapacity("r" + i));
        IntStream.range(0, MAX_EVENTS).forEach(i -> sink.attempt(i).accept());
        assertThat(waitersRun).hasSize(100);
    }

    @Test
    void runsTheNextWaiterWhenOneThrows() {
        IntStream.range(0, MAX_EVENTS).forEach(i -> dispatch("k", "e" + i));
        dispatcher.whenCapacity(() -> {
            throw new IllegalStateException("thrown");
        });
        waitForCapacity("next");
        IntStream.range(0, MAX_EVENTS).forEach(i -> sink.attempt(i).accept());
        assertThat(waitersRun).containsExactly("next");
    }

    @Test
    void reportsTheAgeOfTheOldestPendingEvent() {
        assertThat(gauge("apiserversource.oldest.pending.seconds")).isZero();
        dispatch("a", "a1");
        time.advance(Duration.ofSeconds(5));
        dispatch("b", "b1");
        time.advance(Duration.ofSeconds(2));
        assertThat(gauge("apiserversource.oldest.pending.seconds")).isEqualTo(7);
        sink.attempt(0).accept();
        assertThat(gauge("apiserversource.oldest.pending.seconds")).isEqualTo(2);
        sink.attempt(1).accept();
        assertThat(gauge("apiserversource.oldest.pending.seconds")).isZero();
    }

    @Test
    void countsOutcomesAndPendingEvents() {
        dispatch("a", "a1");
        dispatch("b", "b1");
        dispatch("c", "c1");
        sink.attempt(0).accept();
        sink.attempt(1).fail(DeliveryException.answered(400, Optional.empty(), ""));
        assertThat(gauge("apiserversource.pending.events")).isOne();
        assertThat(gauge("apiserversource.pending.bytes"))
                .isEqualTo(PendingEvents.EVENT_OVERHEAD + "{\"b\":1}".length());
        dispatcher.drain(Duration.ofSeconds(1));
        time.advance(Duration.ofSeconds(1));
        assertThat(List.of("delivered", "dropped", "pending_at_stop"))
                .allSatisfy(result -> assertThat(registry.get("apiserversource.events")
                                .tags("type", "test.event", "result", result)
                                .counter()
                                .count())
                        .isOne());
    }

    @Test
    void drainsPendingEventsAndRunsNoWaiter() {
        dispatch("a", "a1");
        dispatch("a", "a2");
        dispatch("b", "b1");
        waitForCapacity("reader");
        Future<Integer> drained = dispatcher.drain(Duration.ofSeconds(20));
        waitForCapacity("late reader");

        sink.attempt(0).accept();
        sink.attempt(1).accept();
        assertThat(drained.isComplete()).isFalse();
        sink.attempt(2).accept();

        assertThat(drained.result()).isZero();
        assertThat(waitersRun).isEmpty();
        assertThat(time.pending()).isZero();
    }

    @Test
    void isDrainedAtOnceWhenNothingIsPending() {
        assertThat(dispatcher.drain(Duration.ofSeconds(20)).result()).isZero();
        assertThat(time.pending()).isZero();
    }

    @Test
    void eventsLeftAtTheDrainTimeoutArePendingAtStop() {
        List<Future<Outcome>> outcomes = List.of(dispatch("a", "a1"), dispatch("a", "a2"), dispatch("b", "b1"));
        Future<Integer> drained = dispatcher.drain(Duration.ofSeconds(20));
        sink.attempt(1).accept();
        time.advance(Duration.ofSeconds(20));

        assertThat(drained.result()).isEqualTo(2);
        assertThat(outcomes)
                .extracting(Future::result)
                .containsExactly(Outcome.PENDING_AT_STOP, Outcome.PENDING_AT_STOP, Outcome.DELIVERED);

        sink.attempt(0).accept();
        assertThat(outcomes.get(0).result()).isEqualTo(Outcome.PENDING_AT_STOP);
        assertThat(sink.ids()).containsExactly("a1", "b1");
    }

    @Test
    void eventsDispatchedAfterTheDrainArePendingAtStop() {
        dispatcher.drain(Duration.ofSeconds(20));
        assertThat(dispatch("a", "a1").result()).isEqualTo(Outcome.PENDING_AT_STOP);
        assertThat(sink.ids()).isEmpty();
    }

    @Test
    void eventsDispatchedByAListenerOfTheDrainTimeoutArePendingAtStop() {
        List<Future<Outcome>> later = new ArrayList<>();
        dispatch("a", "a1").onSuccess(outcome -> later.add(dispatch("a", "a2")));
        dispatcher.drain(Duration.ofSeconds(20));
        time.advance(Duration.ofSeconds(20));
        assertThat(later).extracting(Future::result).containsExactly(Outcome.PENDING_AT_STOP);
        assertThat(dispatcher.pendingEvents()).isZero();
    }

    private Dispatcher dispatcher(Sink behind) {
        return Dispatchers.bounded(behind, MAX_EVENTS, MAX_BYTES, time, registry);
    }

    private Future<Outcome> dispatch(String key, String id) {
        return dispatcher.dispatch(key, Events.event(id));
    }

    private void waitForCapacity(String reader) {
        dispatcher.whenCapacity(() -> waitersRun.add(reader));
    }

    private double gauge(String name) {
        return registry.get(name).gauge().value();
    }
}
