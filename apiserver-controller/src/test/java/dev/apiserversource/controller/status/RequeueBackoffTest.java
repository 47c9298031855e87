package dev.apiserversource.controller.status;

import dev.apiserversource.controller.api.Condition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

class RequeueBackoffTest {

    private static final Instant SINCE = Instant.parse("2026-01-01T00:00:00Z");

    @ParameterizedTest
    @CsvSource({"PT0S, PT2S", "PT8S, PT2S", "PT40S, PT10S", "PT4M, PT1M", "P7D, PT1M"})
    void isAQuarterOfTheTimeSinceTheChangeWithinLimits(Duration age, Duration interval) {
        assertThat(next(age, condition("SufficientPermissions", "False", "Forbidden")))
                .contains(interval);
    }

    @Test
    void usesTheLatestChange() {
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
    void isEmptyWhenAllAreTrue() {
        assertThat(next(Duration.ofHours(1), condition("SinkProvided", "True", null)))
                .isEmpty();
    }

    private static Optional<Duration> next(Duration later, Condition... conditions) {
        return RequeueBackoff.next(Stream.of(conditions), SINCE.plus(later));
    }

    private static Condition condition(String type, String status, String reason) {
        return new Condition(type, status, null, reason, null, SINCE.toString());
    }
}
