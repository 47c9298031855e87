package dev.apiserversource.frame.time;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class BackoffTest {

    private static final RandomGenerator NO_JITTER = () -> 0L;
    private static final RandomGenerator ALL_JITTER = () -> -1L;

    @Test
    void doublesUpToTheLongestWait() {
        Backoff backoff = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(1), NO_JITTER);
        assertThat(IntStream.rangeClosed(1, 6).mapToObj(backoff::before).map(Duration::toMillis))
                .containsExactly(100L, 200L, 400L, 800L, 1000L, 1000L);
    }

    @Test
    void growsByTheDelay() {
        Backoff backoff = new Backoff(Backoff.Growth.LINEAR, Duration.ofMillis(300), Duration.ofSeconds(1), NO_JITTER);
        assertThat(IntStream.rangeClosed(1, 5).mapToObj(backoff::before).map(Duration::toMillis))
                .containsExactly(300L, 600L, 900L, 1000L, 1000L);
        assertThat(backoff.before(Integer.MAX_VALUE)).isEqualTo(backoff.longest());
    }

    @Test
    void theUpperHalfOfAWaitIsRandom() {
        Backoff backoff = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(1), ALL_JITTER);
        assertThat(backoff.before(1)).isBetween(Duration.ofMillis(50), Duration.ofMillis(51));
    }

    @Test
    void doesNotOverflowAfterManyRetries() {
        Backoff backoff = new Backoff(Duration.ofSeconds(1), Duration.ofMinutes(1), NO_JITTER);
        assertThat(backoff.before(Integer.MAX_VALUE)).isEqualTo(Duration.ofMinutes(1));
    }

    @Test
    void refusesWaitsThatAreNotOrdered() {
        assertThatThrownBy(() -> new Backoff(Duration.ofSeconds(2), Duration.ofSeconds(1), NO_JITTER))
                .hasMessageContaining("delay <= max");
    }
}
