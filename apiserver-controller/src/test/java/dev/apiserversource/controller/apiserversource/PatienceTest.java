package dev.apiserversource.controller.apiserversource;

import dev.apiserversource.controller.api.ApiServerSourceStatus;
import dev.apiserversource.controller.api.Condition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;

class PatienceTest {

    private static final Instant SINCE = Instant.parse("2026-01-01T00:00:00Z");

    @ParameterizedTest
    @CsvSource({"PT0S, PT2S", "PT8S, PT2S", "PT40S, PT10S", "PT4M, PT1M", "P7D, PT1M"})
    void looksAgainAfterAQuarterOfTheTimeBetweenTwoSecondsAndAMinute(Duration missing, Duration wait) {
        assertThat(next(missing, condition("SufficientPermissions", "False", "Forbidden")))
                .contains(wait);
    }

    @Test
    void theYoungestTroubleCounts() {
        Condition young = new Condition(
                "SinkProvided",
                "False",
                null,
                "NotFound",
                null,
                SINCE.plusSeconds(30).toString());
        assertThat(next(Duration.ofSeconds(42), condition("SufficientPermissions", "Unknown", "KindNotFound"), young))
                .contains(Duration.ofSeconds(3));
    }

    @Test
    void waitsForNothingWhenAllIsWell() {
        assertThat(next(Duration.ofHours(1), condition("SinkProvided", "True", null)))
                .isEmpty();
    }

    @Test
    void doesNotWaitForADeploymentThatTellsByItself() {
        assertThat(next(
                        Duration.ZERO,
                        condition("Deployed", "Unknown", "DeploymentUnavailable"),
                        condition("Ready", "Unknown", "DeploymentUnavailable")))
                .isEmpty();
    }

    @Test
    void triesAgainWhenTheDeploymentWasRefused() {
        assertThat(next(Duration.ZERO, condition("Deployed", "False", "Refused")))
                .isPresent();
    }

    private static java.util.Optional<Duration> next(Duration later, Condition... conditions) {
        ApiServerSourceStatus status = new ApiServerSourceStatus(
                1L, List.of(conditions), null, null, null, List.of(), List.of(), null, Map.of());
        return Patience.next(status, SINCE.plus(later));
    }

    private static Condition condition(String type, String status, String reason) {
        return new Condition(type, status, null, reason, null, SINCE.toString());
    }
}
