package dev.apiserversource.adapter.checkpoint;

import dev.apiserversource.frame.time.Backoff;
import dev.apiserversource.frame.time.SimulatedTime;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

class WriteThrottleTest {

    private final SimulatedTime time = new SimulatedTime();
    private final Instant start = time.now();
    private final List<Long> writes = new ArrayList<>();
    private Future<Integer> result = Future.succeededFuture(100);

    /** No jitter: retries wait 10 s, 20 s, 40 s. */
    private final WriteThrottle throttle =
            new WriteThrottle(time, new Backoff(Duration.ofSeconds(10), Duration.ofMinutes(1), () -> 0), () -> {
                writes.add(Duration.between(start, time.now()).toMillis());
                return result;
            });

    @Test
    void writesAChangedStateAtOnce() {
        throttle.soon();
        time.advance(Duration.ofMinutes(5));

        assertThat(writes).containsExactly(0L);
    }

    @Test
    void writesAMovedPositionWithinAMinute() {
        throttle.later();
        time.advance(Duration.ofSeconds(30));
        throttle.later();
        time.advance(Duration.ofMinutes(5));

        assertThat(writes).containsExactly(60_000L);
    }

    @Test
    void waitsASecondBetweenWrites() {
        throttle.soon();
        time.advance(Duration.ofMillis(300));
        throttle.soon();
        throttle.soon();
        time.advance(Duration.ofMinutes(5));

        assertThat(writes).containsExactly(0L, 1_000L);
    }

    @Test
    void waitsLongerAfterALargeWrite() {
        result = Future.succeededFuture(10 * WriteThrottle.BYTES_PER_SECOND);
        throttle.soon();
        time.advance(Duration.ofMillis(300));
        throttle.soon();
        time.advance(Duration.ofMinutes(5));

        assertThat(writes).containsExactly(0L, 10_000L);
    }

    @Test
    void retriesWithBackoffUntilAWriteSucceeds() {
        result = Future.failedFuture("refused");
        throttle.soon();
        time.advance(Duration.ofSeconds(35));
        result = Future.succeededFuture(100);
        time.advance(Duration.ofMinutes(5));

        assertThat(writes).containsExactly(0L, 10_000L, 30_000L, 70_000L);
    }

    @Test
    void startsNoWriteDuringAnother() {
        Promise<Integer> slow = Promise.promise();
        result = slow.future();
        throttle.soon();
        time.advance(Duration.ofSeconds(20));
        throttle.soon();
        time.advance(Duration.ofSeconds(20));
        assertThat(writes).containsExactly(0L);

        slow.complete(100);
        time.advance(Duration.ofMinutes(5));
        assertThat(writes).containsExactly(0L, 41_000L);
    }

    @Test
    void lastWriteFollowsTheOneUnderWay() {
        Promise<Integer> slow = Promise.promise();
        result = slow.future();
        throttle.soon();
        time.advance(Duration.ofSeconds(1));
        throttle.soon();
        Future<Void> finished = throttle.finish();
        assertThat(writes).hasSize(1);

        result = Future.succeededFuture(100);
        slow.complete(100);
        assertThat(finished.succeeded()).isTrue();
        assertThat(writes).hasSize(2);
    }

    @Test
    void lastWriteIsLeftOutWhenNothingHasChanged() {
        throttle.soon();
        time.advance(Duration.ofMinutes(5));
        Future<Void> finished = throttle.finish();
        throttle.soon();
        time.advance(Duration.ofMinutes(5));

        assertThat(finished.succeeded()).isTrue();
        assertThat(writes).hasSize(1);
    }
}
