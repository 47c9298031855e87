package dev.apiserversource.frame.config;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

class CeOverridesTest {

    private static Map<String, String> parse(String text) throws InvalidConfigException {
        ConfigErrors problems = new ConfigErrors();
        Map<String, String> overrides = CeOverrides.parse(text, problems);
        problems.throwIfAny();
        return overrides;
    }

    private static List<String> problems(String text) {
        InvalidConfigException refused = catchThrowableOfType(InvalidConfigException.class, () -> parse(text));
        assertThat(refused).as("refused").isNotNull();
        return refused.problems();
    }

    private static String extension(String name, String value) {
        return "{\"extensions\":{\"" + name + "\":\"" + value + "\"}}";
    }

    @Test
    void everyExtensionIsAnOverride() throws InvalidConfigException {
        assertThat(parse("{\"extensions\":{\"a\":\"1\",\"b2\":\"☁️ ü\",\"n\":7,\"t\":true}}"))
                .isEqualTo(Map.of("a", "1", "b2", "☁️ ü", "n", "7", "t", "true"));
    }

    @Test
    void capitalsAreMadeSmall() throws InvalidConfigException {
        assertThat(parse(extension("MyName", "x"))).isEqualTo(Map.of("myname", "x"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "null", "{\"extensions\":{}}", "{\"extensions\":null}", "{\"other\":1}"})
    void nothingMayBeOverridden(String text) throws InvalidConfigException {
        assertThat(parse(text)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"type, my.type", "source, /my/source", "source, https://a.b/c?d#e", "subject, a b", "dataschema, urn:x"
    })
    void attributesOfTheEventMayBeReplaced(String name, String value) throws InvalidConfigException {
        assertThat(parse(extension(name, value))).isEqualTo(Map.of(name, value));
    }

    @ParameterizedTest
    @ValueSource(strings = {"specversion", "id", "data", "datacontenttype", "time", "ID"})
    void whatTheEventIsMadeOfStays(String name) {
        assertThat(problems(extension(name, "x")))
                .singleElement()
                .asString()
                .endsWith(": cannot be overridden; choose another name");
    }

    @ParameterizedTest
    @ValueSource(strings = {"my-name", "a_b", "ä", "a.b", "", " "})
    void namesAreLettersAndDigits(String name) {
        assertThat(problems(extension(name, "x")))
                .containsExactly(
                        "K_CE_OVERRIDES.extensions." + name + ": is no attribute name; use only letters and digits");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"\"", "null", "{}", "[1]"})
    void anAttributeIsNotEmpty(String value) {
        assertThat(problems("{\"extensions\":{\"a\":" + value + "}}"))
                .containsExactly("K_CE_OVERRIDES.extensions.a: has no value; give it one, or leave it out");
    }

    /** Each event would fail, and only once there is one. */
    @ParameterizedTest
    @CsvSource({"source, my source", "source, http://[", "dataschema, a b"})
    void anAddressThatIsNoneIsRefused(String name, String value) {
        assertThat(problems(extension(name, value)))
                .singleElement()
                .asString()
                .startsWith("K_CE_OVERRIDES.extensions." + name + ": '" + value + "' is no URI; ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"nonsense", "{", "{\"extensions\":"})
    void whatIsNoJsonIsRefused(String text) {
        assertThat(problems(text))
                .singleElement()
                .asString()
                .startsWith("K_CE_OVERRIDES: is not JSON: ")
                .endsWith("; write {\"extensions\":{\"name\":\"value\"}}");
    }

    @Test
    void allProblemsAreToldAtOnce() {
        assertThat(problems("{\"extensions\":{\"id\":\"1\",\"a-b\":\"2\",\"c\":\"\"}}"))
                .hasSize(3);
    }
}
