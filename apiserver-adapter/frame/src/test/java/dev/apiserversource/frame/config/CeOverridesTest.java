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
        ConfigErrors errors = new ConfigErrors();
        Map<String, String> overrides = CeOverrides.parse(text, errors);
        errors.throwIfAny();
        return overrides;
    }

    private static List<String> errors(String text) {
        InvalidConfigException refused = catchThrowableOfType(InvalidConfigException.class, () -> parse(text));
        assertThat(refused).as("refused").isNotNull();
        return refused.errors();
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
    void namesAreInLowerCase() throws InvalidConfigException {
        assertThat(parse(extension("MyName", "x"))).isEqualTo(Map.of("myname", "x"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "null", "{\"extensions\":{}}", "{\"extensions\":null}", "{\"other\":1}"})
    void withoutExtensionsNothingIsOverridden(String text) throws InvalidConfigException {
        assertThat(parse(text)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"type, my.type", "source, /my/source", "source, https://a.b/c?d#e", "subject, a b", "dataschema, urn:x"
    })
    void attributesOfTheEventCanBeReplaced(String name, String value) throws InvalidConfigException {
        assertThat(parse(extension(name, value))).isEqualTo(Map.of(name, value));
    }

    @ParameterizedTest
    @ValueSource(strings = {"specversion", "id", "data", "datacontenttype", "time", "ID"})
    void ignoresAttributesThatMakeTheEvent(String name) throws InvalidConfigException {
        assertThat(parse(extension(name, "x"))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"my-name", "a_b", "ä", "a.b", "", " "})
    void ignoresNamesOfOtherCharactersThanLettersAndDigits(String name) throws InvalidConfigException {
        assertThat(parse(extension(name, "x"))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"\"", "null", "{}", "[1]"})
    void ignoresAnEmptyAttribute(String value) throws InvalidConfigException {
        assertThat(parse("{\"extensions\":{\"a\":" + value + "}}")).isEmpty();
    }

    /** Every event would fail, and not before the first change. */
    @ParameterizedTest
    @CsvSource({"source, my source", "source, http://[", "dataschema, a b"})
    void ignoresAnInvalidUri(String name, String value) throws InvalidConfigException {
        assertThat(parse(extension(name, value))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"nonsense", "{", "{\"extensions\":"})
    void refusesInvalidJson(String text) {
        assertThat(errors(text))
                .singleElement()
                .asString()
                .startsWith("K_CE_OVERRIDES: is not JSON: ")
                .endsWith("; write {\"extensions\":{\"name\":\"value\"}}");
    }

    @Test
    void keepsTheOthers() throws InvalidConfigException {
        assertThat(parse("{\"extensions\":{\"id\":\"1\",\"a-b\":\"2\",\"c\":\"\",\"d\":\"4\"}}"))
                .isEqualTo(Map.of("d", "4"));
    }
}
