package dev.apiserversource.frame.delivery;

import dev.apiserversource.frame.time.Backoff.Growth;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class RetrySettingsTest {

    private static final RandomGenerator NO_JITTER = () -> 0L;
    private static final OptionalInt NO_LIMIT = OptionalInt.empty();

    @Test
    void retriesWithoutLimitAndDoublesTo30SecondsByDefault() {
        assertThat(waits(RetrySettings.defaults(), 11))
                .containsExactly(100L, 200L, 400L, 800L, 1600L, 3200L, 6400L, 12800L, 25600L, 30000L, 30000L);
    }

    @Test
    void doublesWithoutMaximumWhenRetriesAreLimited() {
        assertThat(waits(settings(OptionalInt.of(8), Growth.EXPONENTIAL, "PT2S"), 9))
                .containsExactly(2000L, 4000L, 8000L, 16000L, 32000L, 64000L, 128000L, 256000L);
    }

    @Test
    void growsByTheDelayWhenLinear() {
        assertThat(waits(settings(OptionalInt.of(3), Growth.LINEAR, "PT20S"), 4))
                .containsExactly(20000L, 40000L, 60000L);
    }

    @Test
    void keepsALongDelayConstantWhenRetriesAreUnlimited() {
        assertThat(waits(settings(NO_LIMIT, Growth.LINEAR, "PT45S"), 3)).containsExactly(45000L, 45000L, 45000L);
    }

    @Test
    void waitsAtLeastAMillisecond() {
        assertThat(waits(settings(NO_LIMIT, Growth.LINEAR, "PT0S"), 2)).containsExactly(1L, 2L);
    }

    @Test
    void ignoresTheLimitOfRetriesUntilDelivered() {
        RetryPolicy untilTaken =
                settings(OptionalInt.of(0), Growth.LINEAR, "PT0.5S").policyUntilDelivered(NO_JITTER);
        assertThat(pause(untilTaken, 1_000)).contains(30_000L);
    }

    @Test
    void limitsRetryAfterToFiveMinutesByDefault() {
        Duration hour = Duration.ofHours(1);
        assertThat(retryAfter(Optional.empty(), hour)).isEqualTo(Duration.ofMinutes(5));
        assertThat(retryAfter(Optional.of(Duration.ofMinutes(90)), hour)).isEqualTo(hour);
        assertThat(retryAfter(Optional.of(Duration.ofSeconds(7)), hour)).isEqualTo(Duration.ofSeconds(7));
        assertThat(retryAfter(Optional.of(Duration.ZERO), hour)).isEqualTo(Duration.ofMillis(100));
    }

    @Test
    void refusesValuesOutOfRange() {
        assertThatThrownBy(() -> settings(OptionalInt.of(-1), Growth.LINEAR, "PT1S"))
                .hasMessageContaining("retry -1");
        assertThatThrownBy(() -> settings(NO_LIMIT, Growth.LINEAR, "-PT1S")).hasMessageContaining("backoffDelay");
        assertThatThrownBy(() -> settings(NO_LIMIT, Growth.LINEAR, "P2D")).hasMessageContaining("backoffDelay");
        assertThatThrownBy(() -> retryAfter(Optional.of(Duration.ofMillis(-1)), Duration.ZERO))
                .hasMessageContaining("retryAfterMax");
    }

    private static RetrySettings settings(OptionalInt retry, Growth growth, String delay) {
        return new RetrySettings(retry, growth, Optional.of(Duration.parse(delay)), Optional.empty());
    }

    private static Duration retryAfter(Optional<Duration> retryAfterMax, Duration requested) {
        return new RetrySettings(NO_LIMIT, Growth.EXPONENTIAL, Optional.empty(), retryAfterMax)
                .policy(NO_JITTER)
                .pauseAfter(1, DeliveryException.answered(503, Optional.of(requested), ""))
                .orElseThrow()
                .length();
    }

    /** The waits before the retries after so many failures, in milliseconds. */
    private static List<Long> waits(RetrySettings settings, int failures) {
        RetryPolicy policy = settings.policy(NO_JITTER);
        return IntStream.rangeClosed(1, failures)
                .mapToObj(failure -> pause(policy, failure))
                .flatMap(Optional::stream)
                .toList();
    }

    private static Optional<Long> pause(RetryPolicy policy, int failures) {
        DeliveryException busy = DeliveryException.answered(503, Optional.empty(), "");
        return policy.pauseAfter(failures, busy).map(pause -> pause.length().toMillis());
    }
}
