package dev.apiserversource.samples.heartbeats;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class SettingsTest {

    private static final Map<String, String> POD =
            Map.of("POD_NAME", "beat-1", "POD_NAMESPACE", "shop", "K_SINK", "http://display");

    @Test
    void hasDefaults() throws InvalidSettingException {
        Settings settings = Settings.from(POD);
        assertThat(settings.sink()).hasToString("http://display");
        assertThat(settings.eventType()).isEqualTo("dev.knative.eventing.samples.heartbeat");
        assertThat(settings.eventSource())
                .isEqualTo("https://knative.dev/eventing-contrib/cmd/heartbeats/#shop/beat-1");
        assertThat(settings.period()).isEqualTo(Duration.ofSeconds(5));
        assertThat(settings.label()).isEmpty();
        assertThat(settings.oneShot()).isFalse();
        assertThat(settings.overrides()).isEmpty();
    }

    @Test
    void readsFlagsWithOneOrTwoDashesAndValuesBehindEqualsOrASpace() throws InvalidSettingException {
        Settings settings =
                Settings.from(POD, "--period=1", "-label", "a=b", "-eventType=t", "--eventSource", "/s", "-msg=hello");
        assertThat(settings.period()).isEqualTo(Duration.ofSeconds(1));
        assertThat(settings.label()).isEqualTo("a=b");
        assertThat(settings.eventType()).isEqualTo("t");
        assertThat(settings.eventSource()).isEqualTo("/s");
        assertThat(settings.message()).isEqualTo("hello");
    }

    @ParameterizedTest
    @CsvSource({"2, 2000", "500ms, 500", "1.5s, 1500", "2m, 120000", "1h, 3600000", "soon, 5000", "0, 5000", "-1, 5000"
    })
    void periodIsInSecondsOrHasAUnitAndIsFiveSecondsOtherwise(String text, long millis) throws InvalidSettingException {
        assertThat(Settings.from(POD, "-period=" + text).period()).hasMillis(millis);
    }

    @Test
    void variableOfTheSinkWinsOverItsFlag() throws InvalidSettingException {
        assertThat(Settings.from(POD, "-sink=http://other").sink()).hasToString("http://display");
        assertThat(Settings.from(with("K_SINK", ""), "-sink=https://other/path").sink())
                .hasToString("https://other/path");
    }

    @Test
    void quotesAroundALabelAreRemoved() throws InvalidSettingException {
        assertThat(Settings.from(POD, "--label=\"<3\"").label()).isEqualTo("<3");
        assertThat(Settings.from(POD, "--label=\"open").label()).isEqualTo("\"open");
    }

    @Test
    void readsOverrides() throws InvalidSettingException {
        assertThat(overrides("{\"extensions\":{\"hello\":\"world\",\"type\":\"t\"}}")
                        .overrides())
                .isEqualTo(Map.of("hello", "world", "type", "t"));
        assertThat(overrides("{\"other\":{\"a\":[1]},\"extensions\":null}").overrides())
                .isEmpty();
        assertThat(overrides("{}").overrides()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nothing",
                "[]",
                "{",
                "{}}",
                "{\"extensions\":",
                "{\"extensions\":[]}",
                "{\"extensions\":{\"a\":1}}",
                "{\"extensions\":{\"A-b\":\"1\"}}",
                "{\"extensions\":{\"id\":\"1\"}}"
            })
    void refusesUnparsableOverrides(String json) {
        assertThatExceptionOfType(InvalidSettingException.class)
                .isThrownBy(() -> overrides(json))
                .withMessageContaining("K_CE_OVERRIDES");
    }

    @ParameterizedTest
    @CsvSource({
        "POD_NAME, '', POD_NAME is not set",
        "POD_NAMESPACE, '', POD_NAMESPACE is not set",
        "K_SINK, '', no sink",
        "K_SINK, display, is no http",
        "K_SINK, ftp://display, is no http",
        "ONE_SHOT, once, ONE_SHOT is 'once'"
    })
    void namesAVariableThatIsMissingOrInvalid(String name, String value, String problem) {
        assertThatExceptionOfType(InvalidSettingException.class)
                .isThrownBy(() -> Settings.from(with(name, value)))
                .withMessageContaining(problem);
    }

    @ParameterizedTest
    @CsvSource({"-perod=1, unknown flag", "period, is no flag", "-label, has no value"})
    void namesAnInvalidFlag(String argument, String problem) {
        assertThatExceptionOfType(InvalidSettingException.class)
                .isThrownBy(() -> Settings.from(POD, argument))
                .withMessageContaining(problem);
    }

    @ParameterizedTest
    @CsvSource({"true, true", "1, true", "false, false", "'', false"})
    void readsOneShot(String value, boolean oneShot) throws InvalidSettingException {
        assertThat(Settings.from(with("ONE_SHOT", value)).oneShot()).isEqualTo(oneShot);
    }

    private static Settings overrides(String json) throws InvalidSettingException {
        return Settings.from(with("K_CE_OVERRIDES", json));
    }

    private static Map<String, String> with(String name, String value) {
        Map<String, String> environment = new HashMap<>(POD);
        environment.put(name, value);
        return environment;
    }
}
