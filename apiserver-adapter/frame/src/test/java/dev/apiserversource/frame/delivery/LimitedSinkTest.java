package dev.apiserversource.frame.delivery;

import io.vertx.core.Future;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.stream.IntStream;

import static org.assertj.core.api.Assertions.assertThat;

class LimitedSinkTest {

    private final ScriptedSink next = new ScriptedSink();
    private final LimitedSink sink = new LimitedSink(next, 2);

    @Test
    void startsAttemptsUpToTheLimitAndTheRestInOrder() {
        List.of("a", "b", "c", "d").forEach(id -> sink.deliver(Events.event(id)));
        assertThat(next.ids()).containsExactly("a", "b");
        assertThat(sink.inFlight()).isEqualTo(2);

        next.attempt(1).accept();
        assertThat(next.ids()).containsExactly("a", "b", "c");

        next.attempt(0).fail(DeliveryException.connection(new Exception("reset")));
        assertThat(next.ids()).containsExactly("a", "b", "c", "d");
    }

    @Test
    void sinksShareALimitAndKeepTheirOrder() {
        LimitedSink.Limit limit = new LimitedSink.Limit(1);
        ScriptedSink other = new ScriptedSink();
        new LimitedSink(next, limit).deliver(Events.event("a"));
        new LimitedSink(other, limit).deliver(Events.event("b"));
        assertThat(other.ids()).isEmpty();

        next.last().accept();
        assertThat(next.ids()).containsExactly("a");
        assertThat(other.ids()).containsExactly("b");
    }

    @Test
    void passesResultsOn() {
        Future<Void> accepted = sink.deliver(Events.event("a"));
        Future<Void> failed = sink.deliver(Events.event("b"));
        Exception failure = new Exception("b");

        next.attempt(0).accept();
        next.attempt(1).fail(failure);

        assertThat(accepted.succeeded()).isTrue();
        assertThat(failed.cause()).isSameAs(failure);
        assertThat(sink.inFlight()).isZero();
    }

    @Test
    void freesTheSlotOfAnAttemptThatThrows() {
        LimitedSink throwing = new LimitedSink(
                event -> {
                    throw new IllegalStateException("thrown");
                },
                1);

        Future<Void> first = throwing.deliver(Events.event("a"));
        Future<Void> second = throwing.deliver(Events.event("b"));

        assertThat(first.cause()).hasMessage("thrown");
        assertThat(second.cause()).hasMessage("thrown");
    }

    @Test
    void startsManyWaitingAttemptsWithoutDeepRecursion() {
        ScriptedSink first = new ScriptedSink();
        LimitedSink one = new LimitedSink(
                event -> event.getId().equals("first") ? first.deliver(event) : Future.succeededFuture(), 1);
        one.deliver(Events.event("first"));
        List<Future<Void>> waiting = IntStream.range(0, 50_000)
                .mapToObj(i -> one.deliver(Events.event("e")))
                .toList();

        first.last().accept();

        assertThat(waiting).allMatch(Future::succeeded);
    }
}
