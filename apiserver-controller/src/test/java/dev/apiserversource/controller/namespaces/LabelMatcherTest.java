package dev.apiserversource.controller.namespaces;

import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorBuilder;
import io.fabric8.kubernetes.api.model.LabelSelectorRequirement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.List;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class LabelMatcherTest {

    @ParameterizedTest
    @CsvSource({
        "In, a, true",
        "In, c, false",
        "In, , false",
        "NotIn, a, false",
        "NotIn, c, true",
        "NotIn, , true",
        "Exists, a, true",
        "Exists, , false",
        "DoesNotExist, a, false",
        "DoesNotExist, , true"
    })
    void evaluatesEveryOperator(String operator, String label, boolean matches) {
        LabelSelectorBuilder selector = new LabelSelectorBuilder()
                .addNewMatchExpression()
                .withKey("tier")
                .withOperator(operator)
                .withValues("a", "b")
                .endMatchExpression();
        Map<String, String> labels = label == null ? Map.of("other", "a") : Map.of("tier", label);
        assertThat(LabelMatcher.of(selector.build()).matches(labels)).isEqualTo(matches);
    }

    @Test
    void requiresAllRequirements() {
        LabelMatcher matcher = LabelMatcher.of(new LabelSelectorBuilder()
                .addToMatchLabels(Map.of("a", "1", "b", "2"))
                .build());
        assertThat(matcher.matches(Map.of("a", "1", "b", "2", "c", "3"))).isTrue();
        assertThat(matcher.matches(Map.of("a", "1"))).isFalse();
        assertThat(matcher.matches(null)).isFalse();
    }

    @Test
    void emptySelectorMatchesAll() {
        LabelMatcher matcher = LabelMatcher.of(new LabelSelector());
        assertThat(matcher.matchesAll()).isTrue();
        assertThat(matcher.matches(null)).isTrue();
        assertThat(matcher).hasToString("");
    }

    @Test
    void formatsSortedByKey() {
        LabelSelector selector = new LabelSelectorBuilder()
                .addToMatchLabels("zone", "b")
                .addToMatchExpressions(new LabelSelectorRequirement("tier", "In", List.of("web", "api")))
                .addToMatchExpressions(new LabelSelectorRequirement("age", "NotIn", List.of("old")))
                .addToMatchExpressions(new LabelSelectorRequirement("kept", "Exists", List.of()))
                .addToMatchExpressions(new LabelSelectorRequirement("gone", "DoesNotExist", List.of()))
                .build();
        assertThat(LabelMatcher.of(selector)).hasToString("age notin (old),!gone,kept,tier in (api,web),zone=b");
    }

    @Test
    void rejectsUnknownOperator() {
        LabelSelector selector = new LabelSelectorBuilder()
                .addToMatchExpressions(new LabelSelectorRequirement("tier", "Gt", List.of("1")))
                .build();
        assertThatThrownBy(() -> LabelMatcher.of(selector)).hasMessageContaining("Gt");
    }
}
