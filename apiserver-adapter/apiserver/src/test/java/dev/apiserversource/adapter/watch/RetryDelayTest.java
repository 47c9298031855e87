package dev.apiserversource.adapter.watch;

import dev.apiserversource.adapter.kube.WatchFailure;
import dev.apiserversource.adapter.kube.WatchFailure.Cause;
import dev.apiserversource.frame.time.Backoff;
import dev.apiserversource.frame.time.SimulatedTime;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

class RetryDelayTest {

    private final SimulatedTime time = new SimulatedTime();
    private final RetryDelay delay =
            new RetryDelay(time, new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(30), () -> 0));

    private long secondsAfter(Cause cause) {
        return secondsAfter(WatchFailure.of(cause, ""));
    }

    private long secondsAfter(WatchFailure failure) {
        delay.failed();
        return delay.after(failure).toSeconds();
    }

    private Stream<Long> repeated(Cause cause, int times) {
        return Stream.generate(() -> secondsAfter(cause)).limit(times);
    }

    @Test
    void aCleanEndIsFollowedAtOnceAndARepeatedOneWithBackoff() {
        assertThat(repeated(Cause.ENDED, 4)).containsExactly(0L, 2L, 4L, 8L);
    }

    @Test
    void backsOffUpToItsMaximum() {
        assertThat(repeated(Cause.SERVER_ERROR, 7)).containsExactly(1L, 2L, 4L, 8L, 16L, 30L, 30L);
    }

    @Test
    void anUnreachableApiServerIsRetriedWithinFiveSeconds() {
        assertThat(repeated(Cause.CUT, 5)).containsExactly(1L, 2L, 4L, 5L, 5L);
    }

    @Test
    void aLostPositionIsRelistedAtOnceUnlessItIsLostAgainWithinTenSeconds() {
        assertThat(repeated(Cause.GONE, 3)).containsExactly(0L, 1L, 2L);
        time.advance(Duration.ofSeconds(10));
        assertThat(repeated(Cause.GONE, 2)).containsExactly(0L, 1L);
    }

    @Test
    void retryAfterCountsIfItIsLonger() {
        Optional<Duration> requested = Optional.of(Duration.ofSeconds(3));
        WatchFailure throttled = new WatchFailure(Cause.THROTTLED, "", requested);

        assertThat(Stream.generate(() -> secondsAfter(throttled)).limit(4)).containsExactly(3L, 3L, 4L, 8L);
    }

    @Test
    void retryAfterIsLimitedToAMinute() {
        assertThat(secondsAfter(new WatchFailure(Cause.THROTTLED, "", Optional.of(Duration.ofDays(7)))))
                .isEqualTo(60);
    }

    @Test
    void progressStartsTheBackoffOver() {
        repeated(Cause.SERVER_ERROR, 5).forEach(seconds -> {});
        delay.progressed();

        assertThat(secondsAfter(Cause.SERVER_ERROR)).isEqualTo(1);
    }

    @Test
    void aStableWatchStartsTheBackoffOverWithoutProgress() {
        repeated(Cause.SERVER_ERROR, 5).forEach(seconds -> {});
        delay.opened();
        time.advance(Duration.ofSeconds(10));
        assertThat(secondsAfter(Cause.SERVER_ERROR)).isEqualTo(30);
        delay.opened();
        time.advance(Duration.ofSeconds(11));

        assertThat(secondsAfter(Cause.SERVER_ERROR)).isEqualTo(1);
    }
}
