package dev.apiserversource.adapter.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.apiserversource.adapter.filter.AttributeFilter;
import dev.apiserversource.adapter.filter.AttributeFilter.Match;
import dev.apiserversource.adapter.filter.CesqlException;
import dev.apiserversource.adapter.filter.CesqlFilter;
import dev.apiserversource.adapter.filter.EventFilter;
import dev.apiserversource.frame.config.ConfigErrors;
import dev.apiserversource.frame.config.InvalidConfigException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

class FilterReaderTest {

    private static final EventFilter ADDED = exact("type", "add");
    private static final EventFilter DELETED = exact("type", "delete");

    private static EventFilter exact(String name, String value) {
        return new AttributeFilter(Match.EXACT, Map.of(name, value));
    }

    private static EventFilter read(String filters) throws InvalidConfigException {
        ConfigErrors errors = new ConfigErrors();
        try {
            EventFilter filter = new FilterReader(errors).read("filters", new ObjectMapper().readTree(filters));
            errors.throwIfAny();
            return filter;
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    @Test
    void readsEveryDialect() throws InvalidConfigException, CesqlException {
        assertThat(read("""
                [{"exact":{"type":"add"}},{"prefix":{"name":"a","kind":"b"}},{"suffix":{"name":"c"}},
                 {"all":[{"exact":{"type":"add"}},{"not":{"exact":{"type":"delete"}}}]},
                 {"any":[{"exact":{"type":"add"}},{"exact":{"type":"delete"}}]},
                 {"cesql":"name = 'a'"}]"""))
                .isEqualTo(EventFilter.all(List.of(
                        ADDED,
                        new AttributeFilter(Match.PREFIX, Map.of("name", "a", "kind", "b")),
                        new AttributeFilter(Match.SUFFIX, Map.of("name", "c")),
                        EventFilter.all(List.of(ADDED, EventFilter.not(DELETED))),
                        EventFilter.any(List.of(ADDED, DELETED)),
                        CesqlFilter.of("name = 'a'"))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "null"})
    void withoutFiltersEveryEventPasses(String none) throws InvalidConfigException {
        assertThat(read(none)).isEqualTo(EventFilter.none());
    }

    /** Knative's webhook accepts them, and its adapter skips them. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"exact\":{}}",
                "{\"exact\":{\"type\":\"\"}}",
                "{\"all\":[]}",
                "{\"any\":[{}]}",
                "{\"not\":{}}",
                "{\"cesql\":\"\"}",
                "{\"exact\":null}"
            })
    void ignoresAFilterThatSaysNothing(String filter) throws InvalidConfigException {
        assertThat(read("[" + filter + ",{\"exact\":{\"type\":\"add\"}}]")).isEqualTo(EventFilter.all(List.of(ADDED)));
    }

    /** Go leaves out what is empty. */
    @Test
    void anEmptyDialectIsNone() throws InvalidConfigException {
        assertThat(read("[{\"exact\":{\"type\":\"add\"},\"prefix\":{},\"all\":[],\"cesql\":\"\"}]"))
                .isEqualTo(EventFilter.all(List.of(ADDED)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | filters: is not a list; write it as a list of filters",
                "[7] | filters[0]: is not a JSON object; write it as {\"exact\":{\"type\":\"…\"}}",
                "[{\"exact\":{\"a\":\"b\"},\"cesql\":\"TRUE\"}] | filters[0]: has several dialects: exact, "
                        + "cesql; combine them with all",
                "[{\"all\":[{\"not\":{\"exact\":{\"A\":\"b\"}}}]}] | filters[0].all[0].not.exact: 'A' is no name of an "
                        + "attribute; use lower-case letters and digits, and begin with a letter",
                "[{\"prefix\":{\"a\":1}}] | filters[0].prefix.a: 1 is no text; put it in quotes",
                "[{\"prefix\":[\"a\"]}] | filters[0].prefix: is not a JSON object; write it as {\"type\":\"…\"}",
                "[{\"any\":{\"a\":1}}] | filters[0].any: is not a list; write it as a list of filters",
                "[{\"cesql\":1}] | filters[0].cesql: 1 is no text; write an expression in CloudEvents SQL"
            })
    void refusesWhatKnativesWebhookRefuses(String filters, String error) {
        assertThat(errors(filters)).containsExactly(error);
    }

    @Test
    void saysWhereAnExpressionIsMalformed() {
        assertThat(errors("[{\"cesql\":\"TRUE\"},{\"any\":[{\"cesql\":\"type LIK 'a'\"}]}]"))
                .singleElement()
                .asString()
                .startsWith("filters[1].any[0].cesql: is no CloudEvents SQL: line 1, column 6: mismatched input 'LIK'")
                .endsWith("; correct the expression");
    }

    private static List<String> errors(String filters) {
        InvalidConfigException refused = catchThrowableOfType(InvalidConfigException.class, () -> read(filters));
        assertThat(refused).as("refused").isNotNull();
        return refused.errors();
    }
}
