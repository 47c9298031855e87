package dev.apiserversource.controller.configmap;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class LoggingConfigTest {

    private static final String ZAP = "{\n  \"level\": \"error\",\n  \"encoding\": \"json\"\n}\n";

    @Test
    void configurationOfZapIsPassedOnAsItIs() {
        assertThat(LoggingConfig.parse(Map.of("zap-logger-config", ZAP, "loglevel.webhook", "debug"))
                        .json("apiserversource"))
                .contains("{\"zap-logger-config\":"
                        + "\"{\\n  \\\"level\\\": \\\"error\\\",\\n  \\\"encoding\\\": \\\"json\\\"\\n}\\n\"}");
    }

    @Test
    void levelOfTheComponentReplacesThatOfZap() {
        LoggingConfig config =
                LoggingConfig.parse(Map.of("zap-logger-config", ZAP, "loglevel.apiserversource", "DEBUG"));
        assertThat(config.json("apiserversource"))
                .contains("{\"zap-logger-config\":\"{\\\"level\\\":\\\"debug\\\",\\\"encoding\\\":\\\"json\\\"}\"}");
        assertThat(config.level("apiserversource")).isEqualTo("debug");
        assertThat(config.level("controller")).isEqualTo("error");
    }

    @Test
    void levelNeedsNoConfigurationOfZap() {
        assertThat(LoggingConfig.parse(Map.of("loglevel.apiserversource", "warn"))
                        .json("apiserversource"))
                .contains("{\"zap-logger-config\":\"{\\\"level\\\":\\\"warn\\\"}\"}");
    }

    @Test
    void nothingIsPassedOnWithoutSettings() {
        LoggingConfig config = LoggingConfig.parse(Map.of("_example", "loglevel.controller: info"));
        assertThat(config.json("apiserversource")).isEmpty();
        assertThat(config.level("controller")).isEqualTo("info");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "loglevel.controller | loud            | loglevel.controller: \"loud\" must be debug, info",
                "zap-logger-config   | level: info     | zap-logger-config: must be a JSON object: Unrecognized",
                "zap-logger-config   | []              | zap-logger-config: must be a JSON object",
                "zap-logger-config   | {\"level\": \"loud\"} | zap-logger-config.level: \"loud\" must be debug, info",
            })
    void problemNamesTheKey(String key, String value, String problem) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LoggingConfig.parse(Map.of(key, value)))
                .withMessageStartingWith(problem);
    }
}
