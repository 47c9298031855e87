package dev.apiserversource.frame;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;

class LoggingTest {

    private static final String KNATIVE = "{\"loglevel.controller\":\"info\",\"loglevel.apiserversource\":\"warn\","
            + "\"zap-logger-config\":\"{\\\"level\\\":\\\"error\\\",\\\"encoding\\\":\\\"json\\\"}\"}";

    @Test
    void isInfoByDefault() {
        assertThat(Logging.level(Map.of())).isEqualTo(Level.INFO);
    }

    @ParameterizedTest
    @CsvSource({"debug, DEBUG", "DEBUG, DEBUG", "warn, WARN", "error, ERROR", "trace, TRACE", "off, OFF", "loud, INFO"})
    void logLevelComesFirst(String text, String level) {
        assertThat(Logging.level(Map.of("LOG_LEVEL", text, "K_LOGGING_CONFIG", KNATIVE)))
                .isEqualTo(Level.toLevel(level));
    }

    @Test
    void thenTheLevelOfTheComponent() {
        assertThat(Logging.level(Map.of("K_LOGGING_CONFIG", KNATIVE, "K_COMPONENT", "apiserversource")))
                .isEqualTo(Level.WARN);
    }

    @Test
    void thenTheLevelForAll() {
        assertThat(Logging.level(Map.of("K_LOGGING_CONFIG", KNATIVE, "K_COMPONENT", "other")))
                .isEqualTo(Level.ERROR);
        assertThat(Logging.level(Map.of("K_LOGGING_CONFIG", KNATIVE))).isEqualTo(Level.ERROR);
    }

    @ParameterizedTest
    @CsvSource({"debug, DEBUG", "warn, WARN", "ERROR, ERROR", "dpanic, ERROR", "panic, ERROR", "fatal, ERROR"})
    void readsAZapConfigurationAlone(String zap, String level) {
        String config = "{\"level\":\"" + zap + "\",\"encoding\":\"json\",\"outputPaths\":[\"stdout\"]}";

        assertThat(Logging.level(Map.of("K_LOGGING_CONFIG", config))).isEqualTo(Level.toLevel(level));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "nonsense",
                "[]",
                "{\"zap-logger-config\":\"nonsense\"}",
                "{\"zap-logger-config\":\"\"}",
                "{\"zap-logger-config\":{\"level\":\"debug\"}}",
                "{\"zap-logger-config\":\"{\\\"level\\\":7}\"}"
            })
    void ignoresAnInvalidLoggingConfig(String config) {
        assertThat(Logging.level(Map.of("K_LOGGING_CONFIG", config, "K_COMPONENT", "x")))
                .isEqualTo(Level.INFO);
    }

    @Test
    void theLevelIsThatOfEverySourceAndLibrariesOnlyWarn() {
        assertThat(effective("debug", "com.example.MySource")).isEqualTo(Level.DEBUG);
        assertThat(effective("debug", "io.netty.channel")).isEqualTo(Level.WARN);
        assertThat(effective("error", "io.netty.channel")).isEqualTo(Level.ERROR);
    }

    private static Level effective(String level, String logger) {
        LoggerContext context = new LoggerContext();
        Logging.configure(context, Map.of("LOG_LEVEL", level));
        return context.getLogger(logger).getEffectiveLevel();
    }
}
