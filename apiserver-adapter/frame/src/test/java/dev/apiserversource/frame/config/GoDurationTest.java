package dev.apiserversource.frame.config;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

class GoDurationTest {

    @ParameterizedTest
    @CsvSource({
        "10s, PT10S",
        "1m30s, PT1M30S",
        "500ms, PT0.5S",
        "1.5h, PT1H30M",
        ".5s, PT0.5S",
        "100us, PT0.0001S",
        "100µs, PT0.0001S",
        "7ns, PT0.000000007S"
    })
    void readsGosForm(String text, Duration duration) {
        assertThat(GoDuration.parse(text)).contains(duration);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "10", "s", "10 s", "-10s", "10s!", "!10s", "10d", "PT10S", "999999999h"})
    void refusesOtherText(String text) {
        assertThat(GoDuration.parse(text)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"10s", "1m30s", "0.5s", "2h", "1h0.001s"})
    void formatsWhatItReads(String text) {
        assertThat(GoDuration.parse(text).map(GoDuration::format)).contains(text);
    }

    @Test
    void aVariableIsADurationOrAnErrorWithItsRemedy() throws InvalidConfigException {
        Duration byDefault = Duration.ofSeconds(10);
        EnvReader env = new EnvReader(Map.of("INTERVAL", "250ms", "WRONG", "soon", "ZERO", "0s", "LONG", "8761h"));
        assertThat(env.duration("INTERVAL", byDefault)).isEqualTo(Duration.ofMillis(250));
        assertThat(env.duration("UNSET", byDefault)).isEqualTo(byDefault);
        env.errors().throwIfAny();

        List.of("WRONG", "ZERO", "LONG")
                .forEach(name -> assertThat(env.duration(name, byDefault)).isEqualTo(byDefault));
        List<String> errors = catchThrowableOfType(
                        InvalidConfigException.class, () -> env.errors().throwIfAny())
                .errors();
        assertThat(errors).hasSize(3);
        assertThat(errors.get(0))
                .isEqualTo("WRONG: 'soon' is no duration from a millisecond to a year; "
                        + "write it like 10s, 1m30s or 500ms, or leave it out for 10s");
    }
}
