package dev.apiserversource.controller.apiserversource;

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

class LabelQueryTest {

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
    void operatorsMeanWhatKubernetesMeans(String operator, String label, boolean matches) {
        LabelSelectorBuilder selector = new LabelSelectorBuilder()
                .addNewMatchExpression()
                .withKey("tier")
                .withOperator(operator)
                .withValues("a", "b")
                .endMatchExpression();
        Map<String, String> labels = label == null ? Map.of("other", "a") : Map.of("tier", label);
        assertThat(LabelQuery.of(selector.build()).matches(labels)).isEqualTo(matches);
    }

    @Test
    void allRequirementsMustHold() {
        LabelQuery query = LabelQuery.of(new LabelSelectorBuilder()
                .addToMatchLabels(Map.of("a", "1", "b", "2"))
                .build());
        assertThat(query.matches(Map.of("a", "1", "b", "2", "c", "3"))).isTrue();
        assertThat(query.matches(Map.of("a", "1"))).isFalse();
        assertThat(query.matches(null)).isFalse();
    }

    @Test
    void emptySelectorMatchesAll() {
        LabelQuery query = LabelQuery.of(new LabelSelector());
        assertThat(query.isEmpty()).isTrue();
        assertThat(query.matches(null)).isTrue();
        assertThat(query).hasToString("");
    }

    @Test
    void isWrittenAsTheApiServerTakesItInAStableOrder() {
        LabelSelector selector = new LabelSelectorBuilder()
                .addToMatchLabels("zone", "b")
                .addToMatchExpressions(new LabelSelectorRequirement("tier", "In", List.of("web", "api")))
                .addToMatchExpressions(new LabelSelectorRequirement("age", "NotIn", List.of("old")))
                .addToMatchExpressions(new LabelSelectorRequirement("kept", "Exists", List.of()))
                .addToMatchExpressions(new LabelSelectorRequirement("gone", "DoesNotExist", List.of()))
                .build();
        assertThat(LabelQuery.of(selector)).hasToString("age notin (old),!gone,kept,tier in (api,web),zone=b");
    }

    @Test
    void unknownOperatorIsRefused() {
        LabelSelector selector = new LabelSelectorBuilder()
                .addToMatchExpressions(new LabelSelectorRequirement("tier", "Gt", List.of("1")))
                .build();
        assertThatThrownBy(() -> LabelQuery.of(selector)).hasMessageContaining("Gt");
    }
}
