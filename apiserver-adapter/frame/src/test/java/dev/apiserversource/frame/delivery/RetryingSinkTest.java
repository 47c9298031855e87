package dev.apiserversource.frame.delivery;

import dev.apiserversource.frame.time.Backoff;
import dev.apiserversource.frame.time.SimulatedTime;
import io.vertx.core.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

class RetryingSinkTest {

    private static final Duration LONGEST = Duration.ofSeconds(30);
    private static final Duration RETRY_AFTER_MAX = Duration.ofMinutes(5);
    private static final Backoff NO_JITTER = new Backoff(Duration.ofMillis(100), LONGEST, () -> 0L);

    private final SimulatedTime time = new SimulatedTime();
    private final ScriptedSink next = new ScriptedSink();
    private final RetryingSink sink = sink(next, policy(NO_JITTER));

    @Test
    void retriesTheSameEventUntilItIsAcknowledged() {
        Future<Void> delivery = sink.deliver(Events.event("a"));
        next.last().fail(status(503));
        time.advance(Duration.ofMillis(99));
        assertThat(next.ids()).containsExactly("a");
        assertThat(sink.inBackoff()).isOne();

        time.advance(Duration.ofMillis(1));
        next.last().fail(DeliveryException.timeout(LONGEST));
        time.advance(Duration.ofMillis(200));
        next.last().accept();

        assertThat(next.ids()).containsExactly("a", "a", "a");
        assertThat(delivery.succeeded()).isTrue();
        assertThat(time.pending()).isZero();
        assertThat(sink.inBackoff()).isZero();
    }

    @Test
    void aMissingTokenUsesUpNoRetry() {
        RetryingSink limited = sink(next, limited(1, RETRY_AFTER_MAX));
        Future<Void> delivery = limited.deliver(Events.event("a"));
        for (int i = 0; i < 10; i++) {
            next.last().fail(DeliveryException.noToken("HTTP 403: forbidden"));
            time.advance(LONGEST);
        }
        next.last().fail(status(503));
        time.advance(LONGEST);
        assertThat(delivery.isComplete()).isFalse();
        next.last().fail(status(503));

        assertThat(Await.failure(delivery)).hasMessage("sink answered 503");
        assertThat(next.ids()).hasSize(12);
    }

    @Test
    void aClosedSinkBeginsNoFurtherAttempt() {
        Future<Void> waiting = sink.deliver(Events.event("a"));
        next.last().fail(status(503));
        Future<Void> inFlight = sink.deliver(Events.event("b"));
        sink.close();
        next.last().fail(status(503));
        time.advance(LONGEST);

        assertThat(next.ids()).containsExactly("a", "b");
        assertThat(waiting.isComplete()).isFalse();
        assertThat(inFlight.isComplete()).isFalse();
        assertThat(sink.inBackoff()).isZero();
        assertThat(time.pending()).isZero();
    }

    /** Else the other events would wait for up to 30 s after the sink is back. */
    @Test
    void anOutageIsOneWhenTheClockIsSetBackMeanwhile() {
        sink.deliver(Events.event("a"));
        sink.deliver(Events.event("b"));
        for (int round = 0; round < 12; round++) {
            failAll(0);
            time.advance(LONGEST);
            time.setClockBack(LONGEST.multipliedBy(2));
        }
        failAll(0);
        sink.deliver(Events.event("c"));
        next.last().accept();

        assertThat(next.ids()).endsWith("c", "a", "b");
    }

    @Test
    void theEndOfAnOutageEndsTheBackoffsOfAllSinksOfAnAddress() {
        RetryingSink.Address address = new RetryingSink.Address(SinkAddress.Role.MAIN, "host");
        RetryingSink one = new RetryingSink(next, address, policy(NO_JITTER), time);
        RetryingSink other = new RetryingSink(next, address, policy(NO_JITTER), time);
        one.deliver(Events.event("a"));
        for (int round = 0; round < 12; round++) {
            failAll(0);
            time.advance(LONGEST);
        }
        failAll(0);
        other.deliver(Events.event("b"));
        next.last().accept();

        assertThat(next.ids()).endsWith("b", "a");
        assertThat(address.inBackoff()).isZero();
    }

    @Test
    void retriesWithoutLimit() {
        Future<Void> delivery = sink.deliver(Events.event("a"));
        for (int i = 0; i < 10_000; i++) {
            next.last().fail(status(500));
            time.advance(LONGEST);
        }
        next.last().accept();
        assertThat(delivery.succeeded()).isTrue();
    }

    @Test
    void doesNotRetryARefusal() {
        DeliveryException refusal = status(400);
        Future<Void> delivery = sink.deliver(Events.event("a"));
        next.last().fail(refusal);

        assertThat(delivery.cause()).isSameAs(refusal);
        assertThat(time.pending()).isZero();
    }

    @Test
    void retriesAtOnceWhenTheSinkAcceptsAgain() {
        sink.deliver(Events.event("a"));
        for (int round = 0; round < 12; round++) {
            next.last().fail(status(403));
            time.advance(LONGEST);
        }
        next.last().fail(status(403));
        int before = next.size();

        sink.deliver(Events.event("fresh"));
        next.last().accept();

        assertThat(next.ids().subList(before, next.size())).containsExactly("fresh", "a");
    }

    @Test
    void retriesWhatTheNextSinkThrows() {
        Future<Void> delivery = sink.deliver(Events.event("a"));
        next.last().fail(new IllegalStateException("bug"));
        time.advance(Duration.ofMillis(100));
        next.last().fail(new IllegalStateException("bug"));
        time.advance(Duration.ofMillis(200));
        next.last().accept();

        assertThat(delivery.succeeded()).isTrue();
        assertThat(next.size()).isEqualTo(3);
    }

    @Test
    void failsWhenTheBackoffThrows() {
        Backoff broken = new Backoff(Duration.ofMillis(100), LONGEST, () -> {
            throw new IllegalStateException("no random");
        });
        Future<Void> delivery = sink(next, policy(broken)).deliver(Events.event("a"));
        next.last().fail(status(503));
        assertThat(delivery.cause()).hasMessage("no random");
    }

    @ParameterizedTest
    @CsvSource({"PT0S, PT0.1S", "PT0.05S, PT0.1S", "PT7S, PT7S", "PT1H, PT5M"})
    void waitsTheLongerOfBackoffAndRetryAfterUpToFiveMinutes(Duration retryAfter, Duration expected) {
        sink.deliver(Events.event("a"));
        next.last().fail(DeliveryException.answered(503, Optional.of(retryAfter), ""));

        time.advance(expected.minusNanos(1));
        assertThat(next.size()).isOne();
        time.advance(Duration.ofNanos(1));
        assertThat(next.size()).isEqualTo(2);
    }

    @Test
    void retriesAllAtOnceWhenAnOutageEnds() {
        List<Future<Void>> deliveries = deliverDuringOutage(100);
        int before = next.size();

        sink.deliver(Events.event("fresh"));
        next.last().accept();

        assertThat(next.size()).isEqualTo(before + 1 + 100);
        assertThat(time.pending()).isZero();
        IntStream.range(before + 1, next.size()).forEach(i -> next.attempt(i).accept());
        assertThat(deliveries).allMatch(Future::succeeded);
    }

    @Test
    void aRefusalEndsAnOutage() {
        deliverDuringOutage(3);
        int before = next.size();

        sink.deliver(Events.event("fresh"));
        next.last().fail(status(400));

        assertThat(next.size()).isEqualTo(before + 1 + 3);
    }

    @Test
    void keepsTheWaitOfRetryAfterWhenAnOutageEnds() {
        deliverDuringOutage(1);
        sink.deliver(Events.event("retry-after"));
        next.last().fail(DeliveryException.answered(503, Optional.of(Duration.ofMinutes(2)), ""));

        sink.deliver(Events.event("fresh"));
        next.last().accept();
        assertThat(next.ids().subList(next.size() - 2, next.size())).containsExactly("fresh", "outage-0");

        time.advance(Duration.ofMinutes(2));
        assertThat(next.ids()).filteredOn("retry-after"::equals).hasSize(2);
    }

    @Test
    void keepsTheBackoffOfAnEventThatFailsAmongOthersThatDoNot() {
        sink.deliver(Events.event("poison"));
        next.last().fail(status(500));
        for (int second = 0; second < 600; second++) {
            sink.deliver(Events.event("healthy"));
            next.last().accept();
            time.advance(Duration.ofSeconds(1));
            if (next.last().event().getId().equals("poison")) {
                next.last().fail(status(500));
            }
        }
        assertThat(next.ids()).filteredOn("poison"::equals).hasSizeLessThan(40);
    }

    @Test
    void retriesAsOftenAsConfigured() {
        RetryingSink twice = sink(next, limited(2, RETRY_AFTER_MAX));
        DeliveryException last = status(502);
        Future<Void> delivery = twice.deliver(Events.event("a"));
        next.last().fail(status(503));
        time.advance(LONGEST);
        next.last().fail(status(503));
        time.advance(LONGEST);
        assertThat(delivery.isComplete()).isFalse();
        next.last().fail(last);

        assertThat(delivery.cause()).isSameAs(last);
        assertThat(next.size()).isEqualTo(3);
        assertThat(time.pending()).isZero();
        assertThat(twice.inBackoff()).isZero();
    }

    @Test
    void attemptsOnceWithZeroRetries() {
        Future<Void> delivery = sink(next, limited(0, RETRY_AFTER_MAX)).deliver(Events.event("a"));
        next.last().fail(status(503));
        assertThat(delivery.failed()).isTrue();
    }

    @Test
    void ignoresRetryAfterWhenItsMaximumIsZero() {
        sink(next, limited(9, Duration.ZERO)).deliver(Events.event("a"));
        next.last().fail(DeliveryException.answered(503, Optional.of(Duration.ofSeconds(7)), ""));

        time.advance(Duration.ofMillis(100));
        assertThat(next.size()).isEqualTo(2);
    }

    @Test
    void anIgnoredRetryAfterDoesNotOutlastAnOutage() {
        RetryPolicy policy = limited(9, Duration.ZERO);
        DeliveryException asking = DeliveryException.answered(503, Optional.of(Duration.ofMinutes(1)), "");
        assertThat(policy.pauseAfter(1, asking)).contains(new RetryPolicy.Pause(Duration.ofMillis(100), true));
    }

    @Test
    void retriesFinalAnswersWithTheLongestBackoffUntilDelivered() {
        RetryingSink endless = sink(next, RetryPolicy.untilDelivered(NO_JITTER, RETRY_AFTER_MAX));
        Future<Void> delivery = endless.deliver(Events.event("a"));
        for (Throwable failure : List.of(status(400), status(422))) {
            next.last().fail(failure);
            int before = next.size();
            time.advance(LONGEST.minusMillis(1));
            assertThat(next.size()).isEqualTo(before);
            time.advance(Duration.ofMillis(1));
            assertThat(next.size()).isEqualTo(before + 1);
        }
        next.last().fail(status(503));
        time.advance(LONGEST);
        next.last().accept();
        assertThat(delivery.succeeded()).isTrue();
    }

    private List<Future<Void>> deliverDuringOutage(int count) {
        List<Future<Void>> deliveries = IntStream.range(0, count)
                .mapToObj(i -> sink.deliver(Events.event("outage-" + i)))
                .toList();
        failAll(0);
        for (int round = 1; round <= 12; round++) {
            int from = next.size();
            time.advance(LONGEST);
            failAll(from);
        }
        return deliveries;
    }

    private void failAll(int from) {
        Stream.iterate(from, i -> i < next.size(), i -> i + 1)
                .map(next::attempt)
                .filter(attempt -> !attempt.answer().future().isComplete())
                .forEach(attempt -> attempt.fail(DeliveryException.connection(new Exception("refused"))));
    }

    private RetryingSink sink(Sink behind, RetryPolicy policy) {
        return new RetryingSink(behind, SinkAddress.Role.MAIN, policy, time);
    }

    private static RetryPolicy policy(Backoff backoff) {
        return RetryPolicy.limited(OptionalInt.empty(), backoff, RETRY_AFTER_MAX);
    }

    private static RetryPolicy limited(int retries, Duration retryAfterMax) {
        return RetryPolicy.limited(OptionalInt.of(retries), NO_JITTER, retryAfterMax);
    }

    private static DeliveryException status(int status) {
        return DeliveryException.answered(status, Optional.empty(), "");
    }
}
