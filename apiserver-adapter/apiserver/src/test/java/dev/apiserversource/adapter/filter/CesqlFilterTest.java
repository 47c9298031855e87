package dev.apiserversource.adapter.filter;

import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.net.URI;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class CesqlFilterTest {

    private static final CloudEvent EVENT = CloudEventBuilder.v1()
            .withId("id-1")
            .withSource(URI.create("https://10.96.0.1:443"))
            .withType("dev.knative.apiserver.resource.add")
            .withExtension("name", "web-0")
            .withExtension("derived", "true")
            .build();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "type = 'dev.knative.apiserver.resource.add' | true",
                "type LIKE '%.add' AND name IN ('web-0', 'web-1') | true",
                "type LIKE '%.delete' | false",
                "EXISTS namespace OR name LIKE 'web-%' | true",
                "NOT EXISTS namespace | true",
                "derived | true",
                "name | false",
                "LENGTH(name) = 5 | true",
                "LENGTH(name) | false",
                "namespace = 'x' | false",
                "1 / 0 = 1 | false",
                "UNKNOWN(name) | false"
            })
    void passesWhatIsTrue(String expression, boolean passes) throws CesqlException {
        assertThat(CesqlFilter.of(expression).test(EVENT)).isEqualTo(passes);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "type = | line 1, column 7: mismatched input '<EOF>'",
                "type LIK 'a' | line 1, column 6: mismatched input 'LIK'",
                "type = 'x' ) | line 1, column 12: extraneous input ')'",
                "type = 'a% | line 1, column 8:",
                "name = ü | line 1, column 8: token recognition error at: 'ü'",
                "EXISTS | line 1, column 7: missing",
                "99999999999999999999 = 1 | line 1, column 1:"
            })
    void saysWhereAnExpressionIsMalformed(String expression, String message) {
        assertThatThrownBy(() -> CesqlFilter.of(expression))
                .isInstanceOf(CesqlException.class)
                .hasMessageContaining(message);
    }
}
