package dev.apiserversource.frame.delivery;

import dev.apiserversource.frame.time.SimulatedTime;
import io.cloudevents.CloudEvent;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import org.junit.jupiter.api.Test;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

import static org.assertj.core.api.Assertions.assertThat;

public class DispatcherTest {

    private static final int MAX_EVENTS = 3;
    private static final int MAX_BYTES = 10 * Dispatcher.EVENT_OVERHEAD;

    private final SimulatedTime time = new SimulatedTime();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final ScriptedSink sink = new ScriptedSink();
    private final Dispatcher dispatcher = dispatcher(sink);
    private final List<String> woken = new ArrayList<>();

    @Test
    public void sendsTheNextOfAKeyOnlyWhenTheOneBeforeHasEnded() {
        Future<Outcome> first = dispatch("k", "k1");
        Future<Outcome> second = dispatch("k", "k2");
        dispatch("k", "k3");
        assertThat(sink.ids()).containsExactly("k1");

        sink.last().accept();
        assertThat(first.result()).isEqualTo(Outcome.DELIVERED);
        assertThat(sink.ids()).containsExactly("k1", "k2");

        sink.last().fail(DeliveryException.answered(400, Optional.empty(), ""));
        assertThat(second.result()).isEqualTo(Outcome.GIVEN_UP);
        assertThat(sink.ids()).containsExactly("k1", "k2", "k3");
    }

    @Test
    public void doesNotLetKeysWaitForEachOther() {
        dispatch("a", "a1");
        dispatch("b", "b1");
        dispatch("b", "b2");
        sink.attempt(1).accept();
        assertThat(sink.ids()).containsExactly("a1", "b1", "b2");
    }

    @Test
    public void forgetsAKeyThatHasNothingHeld() {
        dispatch("a", "a1");
        dispatch("a", "a2");
        dispatch("b", "b1");
        sink.attempt(0).accept();
        assertThat(dispatcher.keys()).isEqualTo(2);
        sink.attempt(1).accept();
        sink.attempt(2).accept();
        assertThat(dispatcher.keys()).isZero();
        assertThat(dispatcher.heldEvents()).isZero();
        assertThat(dispatcher.heldBytes()).isZero();
    }

    @Test
    public void goesOnWithAKeyWhenTheSinkThrows() {
        Dispatcher throwing = dispatcher(event -> {
            throw new IllegalStateException("thrown");
        });
        assertThat(throwing.dispatch("k", Events.event("k1")).result()).isEqualTo(Outcome.GIVEN_UP);
        assertThat(throwing.dispatch("k", Events.event("k2")).result()).isEqualTo(Outcome.GIVEN_UP);
    }

    @Test
    public void goesOnWithAKeyWhenWhoeverIsToldThrows() {
        dispatch("k", "k1").onComplete(told -> {
            throw new IllegalStateException("thrown");
        });
        dispatch("k", "k2");
        sink.last().accept();
        assertThat(sink.ids()).containsExactly("k1", "k2");
    }

    @Test
    public void tellsOutcomesOfAKeyInOrderAndStaysFlatWhenEachEndsAtOnce() {
        ScriptedSink first = new ScriptedSink();
        Dispatcher instant =
                dispatcher(event -> event.getId().equals("0") ? first.deliver(event) : Future.succeededFuture());
        List<Integer> told = new ArrayList<>();
        IntStream.range(0, 20_000)
                .forEach(i -> instant.dispatch("k", Events.event("" + i)).onSuccess(outcome -> told.add(i)));

        first.last().accept();

        assertThat(told).hasSize(20_000).isSorted();
    }

    @Test
    public void hasNoRoomAtTheBoundOfEventsButTakesWhatItIsGiven() {
        dispatch("a", "a1");
        dispatch("b", "b1");
        assertThat(dispatcher.hasRoom()).isTrue();
        dispatch("c", "c1");
        assertThat(dispatcher.hasRoom()).isFalse();
        dispatch("d", "d1");
        assertThat(sink.ids()).containsExactly("a1", "b1", "c1", "d1");

        sink.attempt(0).accept();
        assertThat(dispatcher.hasRoom()).isFalse();
        sink.attempt(1).accept();
        assertThat(dispatcher.hasRoom()).isTrue();
    }

    @Test
    public void hasNoRoomAtTheBoundOfBytes() {
        dispatch("a", "a1");
        CloudEvent large = Events.builder("b1")
                .withData("text/plain", new byte[9 * Dispatcher.EVENT_OVERHEAD])
                .build();
        dispatcher.dispatch("b", large);
        assertThat(dispatcher.hasRoom()).isFalse();
        sink.attempt(1).accept();
        assertThat(dispatcher.hasRoom()).isTrue();
    }

    @Test
    public void wakesWhoComesWhenThereIsRoomAtOnce() {
        waitForRoom("now");
        assertThat(woken).containsExactly("now");
    }

    @Test
    public void wakesAsManyAsThereArePlacesInTheOrderTheyCame() {
        IntStream.rangeClosed(0, MAX_EVENTS).forEach(i -> dispatch("k" + i, "e" + i));
        List.of("r1", "r2", "r3", "r4").forEach(this::waitForRoom);
        sink.attempt(0).accept();
        assertThat(woken).isEmpty();
        sink.attempt(1).accept();
        assertThat(woken).containsExactly("r1");
        sink.attempt(2).accept();
        assertThat(woken).containsExactly("r1", "r2", "r3");
    }

    @Test
    public void wakesEverybodyOnceNothingIsHeld() {
        IntStream.range(0, MAX_EVENTS).forEach(i -> dispatch("k" + i, "e" + i));
        IntStream.range(0, 100).forEach(i -> waitForRoom("r" + i));
        IntStream.range(0, MAX_EVENTS).forEach(i -> sink.attempt(i).accept());
        assertThat(woken).hasSize(100);
    }

    @Test
    public void wakesTheNextReaderWhenOneThrows() {
        IntStream.range(0, MAX_EVENTS).forEach(i -> dispatch("k", "e" + i));
        dispatcher.whenRoom(() -> {
            throw new IllegalStateException("thrown");
        });
        waitForRoom("next");
        IntStream.range(0, MAX_EVENTS).forEach(i -> sink.attempt(i).accept());
        assertThat(woken).containsExactly("next");
    }

    @Test
    public void knowsTheAgeOfTheOldestUnsettled() {
        assertThat(dispatcher.oldestUnsettled()).isEmpty();
        dispatch("a", "a1");
        time.advance(Duration.ofSeconds(5));
        dispatch("b", "b1");
        time.advance(Duration.ofSeconds(2));
        assertThat(gauge("apiserversource.oldest.unsettled.seconds")).isEqualTo(7);
        sink.attempt(0).accept();
        assertThat(gauge("apiserversource.oldest.unsettled.seconds")).isEqualTo(2);
        sink.attempt(1).accept();
        assertThat(gauge("apiserversource.oldest.unsettled.seconds")).isZero();
    }

    @Test
    public void countsOutcomesAndWhatIsHeld() {
        dispatch("a", "a1");
        dispatch("b", "b1");
        dispatch("c", "c1");
        sink.attempt(0).accept();
        sink.attempt(1).fail(new Exception());
        assertThat(gauge("apiserversource.held.events")).isOne();
        assertThat(gauge("apiserversource.held.bytes")).isEqualTo(Dispatcher.EVENT_OVERHEAD + "{\"b\":1}".length());
        dispatcher.drain(Duration.ofSeconds(1));
        time.advance(Duration.ofSeconds(1));
        assertThat(List.of("delivered", "given_up", "abandoned"))
                .allSatisfy(result -> assertThat(registry.get("apiserversource.events")
                                .tags("type", "test.event", "result", result)
                                .counter()
                                .count())
                        .isOne());
    }

    @Test
    public void drainsWhatIsHeldAndWakesNobody() {
        dispatch("a", "a1");
        dispatch("a", "a2");
        dispatch("b", "b1");
        waitForRoom("reader");
        Future<Integer> drained = dispatcher.drain(Duration.ofSeconds(20));
        waitForRoom("late reader");

        sink.attempt(0).accept();
        sink.attempt(1).accept();
        assertThat(drained.isComplete()).isFalse();
        sink.attempt(2).accept();

        assertThat(drained.result()).isZero();
        assertThat(woken).isEmpty();
        assertThat(time.pending()).isZero();
    }

    @Test
    public void isDrainedAtOnceWhenNothingIsHeld() {
        assertThat(dispatcher.drain(Duration.ofSeconds(20)).result()).isZero();
        assertThat(time.pending()).isZero();
    }

    @Test
    public void abandonsWhatIsLeftAtTheDeadline() {
        List<Future<Outcome>> outcomes = List.of(dispatch("a", "a1"), dispatch("a", "a2"), dispatch("b", "b1"));
        Future<Integer> drained = dispatcher.drain(Duration.ofSeconds(20));
        sink.attempt(1).accept();
        time.advance(Duration.ofSeconds(20));

        assertThat(drained.result()).isEqualTo(2);
        assertThat(outcomes)
                .extracting(Future::result)
                .containsExactly(Outcome.ABANDONED, Outcome.ABANDONED, Outcome.DELIVERED);

        sink.attempt(0).accept();
        assertThat(outcomes.get(0).result()).isEqualTo(Outcome.ABANDONED);
        assertThat(sink.ids()).containsExactly("a1", "b1");
    }

    @Test
    public void abandonsAtOnceWhatComesAfterTheDrain() {
        dispatcher.drain(Duration.ofSeconds(20));
        assertThat(dispatch("a", "a1").result()).isEqualTo(Outcome.ABANDONED);
        assertThat(sink.ids()).isEmpty();
    }

    @Test
    public void takesNothingFromWhoeverIsToldOfBeingAbandoned() {
        List<Future<Outcome>> later = new ArrayList<>();
        dispatch("a", "a1").onSuccess(told -> later.add(dispatch("a", "a2")));
        dispatcher.drain(Duration.ofSeconds(20));
        time.advance(Duration.ofSeconds(20));
        assertThat(later).extracting(Future::result).containsExactly(Outcome.ABANDONED);
        assertThat(dispatcher.heldEvents()).isZero();
    }

    private Dispatcher dispatcher(Sink behind) {
        DeliverySettings settings = new DeliverySettings(
                SinkAddress.of(URI.create("http://sink")),
                Optional.empty(),
                RetrySettings.defaults(),
                "ns",
                Duration.ofSeconds(1),
                1,
                MAX_EVENTS,
                MAX_BYTES);
        return new Dispatcher(behind, settings, time, registry);
    }

    private Future<Outcome> dispatch(String key, String id) {
        return dispatcher.dispatch(key, Events.event(id));
    }

    private void waitForRoom(String reader) {
        dispatcher.whenRoom(() -> woken.add(reader));
    }

    private double gauge(String name) {
        return registry.get(name).gauge().value();
    }
}
