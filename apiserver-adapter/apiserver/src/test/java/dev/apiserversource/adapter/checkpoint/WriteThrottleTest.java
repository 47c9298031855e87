package dev.apiserversource.adapter.checkpoint;

import dev.apiserversource.frame.time.Backoff;
import dev.apiserversource.frame.time.SimulatedTime;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

class WriteThrottleTest {

    private final SimulatedTime time = new SimulatedTime();
    private final List<Long> writes = new ArrayList<>();
    private int bytes = 100;
    private Future<Void> result = Future.succeededFuture();

    /** No jitter: retries wait 10 s, 20 s, 40 s. */
    private final WriteThrottle throttle =
            new WriteThrottle(time, new Backoff(Duration.ofSeconds(10), Duration.ofMinutes(1), () -> 0), this::write);

    private Future<Void> write() {
        writes.add(time.uptime().toMillis());
        throttle().charge(bytes);
        return result;
    }

    private WriteThrottle throttle() {
        return throttle;
    }

    @Test
    void writesAChangedStateAfterASecond() {
        throttle.soon();
        time.advance(Duration.ofMinutes(5));

        assertThat(writes).containsExactly(1_000L);
    }

    @Test
    void writesAMovedPositionWithinTwoMinutes() {
        throttle.later();
        time.advance(Duration.ofSeconds(30));
        throttle.later();
        time.advance(Duration.ofMinutes(5));

        assertThat(writes).containsExactly(120_000L);
    }

    @Test
    void waitsFiveSecondsBetweenWrites() {
        throttle.soon();
        time.advance(Duration.ofMillis(1_300));
        throttle.soon();
        throttle.soon();
        time.advance(Duration.ofMinutes(5));

        assertThat(writes).containsExactly(1_000L, 6_000L);
    }

    @Test
    void waitsLongerAfterALargeWrite() {
        bytes = 10 * WriteThrottle.BYTES_PER_SECOND;
        throttle.soon();
        time.advance(Duration.ofMillis(1_300));
        throttle.soon();
        time.advance(Duration.ofMinutes(5));

        assertThat(writes).containsExactly(1_000L, 11_000L);
    }

    @Test
    void waitsAsLongAfterALargeWriteThatFailed() {
        bytes = 40 * WriteThrottle.BYTES_PER_SECOND;
        result = Future.failedFuture("refused");
        throttle.soon();
        time.advance(Duration.ofSeconds(60));

        assertThat(writes).containsExactly(1_000L, 41_000L);
    }

    @Test
    void aClockThatIsSetBackDoesNotStopTheWrites() {
        throttle.soon();
        time.advance(Duration.ofSeconds(2));
        time.setClockBack(Duration.ofMinutes(15));
        throttle.soon();
        time.advance(Duration.ofSeconds(10));

        assertThat(writes).containsExactly(1_000L, 6_000L);
    }

    @Test
    void retriesAfterAnException() {
        WriteThrottle throwing =
                new WriteThrottle(time, new Backoff(Duration.ofSeconds(10), Duration.ofMinutes(1), () -> 0), () -> {
                    writes.add(time.uptime().toMillis());
                    throw new IllegalStateException("exec plugin failed");
                });
        throwing.soon();
        time.advance(Duration.ofSeconds(15));

        assertThat(writes).containsExactly(1_000L, 11_000L);
    }

    @Test
    void retriesWithBackoffUntilAWriteSucceeds() {
        result = Future.failedFuture("refused");
        throttle.soon();
        time.advance(Duration.ofSeconds(35));
        result = Future.succeededFuture();
        time.advance(Duration.ofMinutes(5));

        assertThat(writes).containsExactly(1_000L, 11_000L, 31_000L, 71_000L);
    }

    @Test
    void startsNoWriteDuringAnother() {
        Promise<Void> slow = Promise.promise();
        result = slow.future();
        throttle.soon();
        time.advance(Duration.ofSeconds(20));
        throttle.soon();
        time.advance(Duration.ofSeconds(20));
        assertThat(writes).containsExactly(1_000L);

        slow.complete();
        time.advance(Duration.ofMinutes(5));
        assertThat(writes).containsExactly(1_000L, 45_000L);
    }

    @Test
    void lastWriteFollowsTheOneUnderWay() {
        Promise<Void> slow = Promise.promise();
        result = slow.future();
        throttle.soon();
        time.advance(Duration.ofSeconds(1));
        throttle.soon();
        Future<Void> finished = throttle.finish();
        assertThat(writes).hasSize(1);

        result = Future.succeededFuture();
        slow.complete();
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
