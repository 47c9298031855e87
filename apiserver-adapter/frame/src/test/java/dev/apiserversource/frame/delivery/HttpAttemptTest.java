package dev.apiserversource.frame.delivery;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;
import java.time.Instant;

import static org.assertj.core.api.Assertions.assertThat;

class HttpAttemptTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    @ParameterizedTest
    @CsvSource({
        "0, PT0S",
        "' 120 ', PT2M",
        "'Thu, 01 Jan 2026 00:00:30 GMT', PT30S",
        "'Wed, 31 Dec 2025 23:59:59 GMT', PT0S"
    })
    void readsSecondsAndDates(String header, Duration expected) {
        assertThat(HttpAttempt.parseRetryAfter(header, NOW)).contains(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "soon", "-1", "1.5", "Thu, 41 Jan 2026 00:00:30 GMT"})
    void ignoresOtherValues(String header) {
        assertThat(HttpAttempt.parseRetryAfter(header, NOW)).isEmpty();
    }

    @Test
    void readsAHugeNumberAsALongTime() {
        assertThat(HttpAttempt.parseRetryAfter("99999999999999999999999", NOW))
                .hasValueSatisfying(wait -> assertThat(wait).isGreaterThan(Duration.ofDays(10_000)));
    }
}
