package dev.apiserversource.adapter.watch;

import dev.apiserversource.adapter.kube.WatchFailure;
import dev.apiserversource.adapter.kube.WatchFailure.Cause;
import dev.apiserversource.frame.time.Backoff;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

class RetryDelayTest {

    private double random;
    private final RetryDelay delay =
            new RetryDelay(new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(30), new TestRandom()));

    private final class TestRandom implements RandomGenerator {

        @Override
        public double nextDouble() {
            return random;
        }

        @Override
        public long nextLong() {
            return 0;
        }
    }

    private Stream<Long> secondsAfter(Cause cause, int times) {
        return secondsAfter(WatchFailure.of(cause, ""), times);
    }

    private Stream<Long> secondsAfter(WatchFailure failure, int times) {
        return IntStream.rangeClosed(1, times)
                .mapToObj(failures -> delay.after(failure, failures).toSeconds());
    }

    @Test
    void aCleanEndIsFollowedAtOnceAndARepeatedOneWithBackoff() {
        assertThat(secondsAfter(Cause.ENDED, 4)).containsExactly(0L, 2L, 4L, 8L);
        assertThat(secondsAfter(Cause.VERY_SHORT, 3)).containsExactly(0L, 2L, 4L);
    }

    @Test
    void backsOffUpToItsMaximum() {
        assertThat(secondsAfter(Cause.SERVER_ERROR, 7)).containsExactly(1L, 2L, 4L, 8L, 16L, 30L, 30L);
    }

    @Test
    void anUnreachableApiServerIsRetriedWithinThreeSeconds() {
        assertThat(secondsAfter(Cause.CUT, 4)).containsExactly(1L, 2L, 3L, 3L);
    }

    @Test
    void aRelistThatIsNotSlowedDownHasUpToTwoSecondsOfJitter() {
        WatchFailure gone = WatchFailure.of(Cause.GONE, "");

        assertThat(delay.after(gone, 0)).isZero();
        random = 0.5;
        assertThat(delay.after(gone, 0)).isEqualTo(Duration.ofSeconds(1));
        random = Math.nextDown(1.0);
        assertThat(delay.after(gone, 0)).isLessThanOrEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void aPositionThatIsLostRepeatedlyIsFollowedWithBackoff() {
        assertThat(secondsAfter(Cause.GONE, 3)).containsExactly(1L, 2L, 4L);
    }

    @Test
    void retryAfterCountsIfItIsLonger() {
        WatchFailure throttled = new WatchFailure(Cause.THROTTLED, "", Optional.of(Duration.ofSeconds(3)));

        assertThat(secondsAfter(throttled, 4)).containsExactly(3L, 3L, 4L, 8L);
    }

    @Test
    void retryAfterIsLimitedToAMinute() {
        WatchFailure throttled = new WatchFailure(Cause.THROTTLED, "", Optional.of(Duration.ofDays(7)));

        assertThat(secondsAfter(throttled, 1)).containsExactly(60L);
    }
}
