package dev.apiserversource.controller.apiserversource;

import dev.apiserversource.controller.api.ApiServerSource;
import dev.apiserversource.controller.namespaces.NamespaceScope;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.Map;
import java.util.Set;

import static org.assertj.core.api.Assertions.assertThat;

class SpecCheckTest {

    @Test
    void validSpecHasNoProblem() {
        assertThat(SpecCheck.problem(
                        Samples.events("namespaceSelector: {matchLabels: {a: b}}"), NamespaceScope.CLUSTER))
                .isEmpty();
    }

    @Test
    void pausedIsTrueOrFalse() {
        assertThat(SpecCheck.problem(paused("true"), NamespaceScope.CLUSTER)).isEmpty();
        assertThat(SpecCheck.problem(paused("false"), NamespaceScope.CLUSTER)).isEmpty();
        assertThat(SpecCheck.problem(paused("yes"), NamespaceScope.CLUSTER))
                .contains("annotation apiserversource.dev/paused: must be true or false");
    }

    private static ApiServerSource paused(String value) {
        ApiServerSource source = Samples.events("mode: Resource");
        source.getMetadata().setAnnotations(Map.of("apiserversource.dev/paused", value));
        return source;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "mode: Foo | spec.mode: \"Foo\" is no mode: use Reference or Resource",
                "resources: [] | spec.resources: no kind is given",
                "namespaceSelector: {matchExpressions: [{key: a, operator: Gt}]}"
                        + " | spec.namespaceSelector: unknown operator of a label selector: Gt",
                "resources: [{apiVersion: v1, kind: Pod, selector: {matchLabels: {a: null}}}]"
                        + " | spec.resources[0].selector: the label a of a label selector has no value",
            })
    void namesTheField(String field, String problem) {
        assertThat(SpecCheck.problem(
                        Samples.source("apiVersion: sources.knative.dev/v1\nkind: ApiServerSource\n"
                                + "metadata: {name: events, namespace: shop}\nspec: {"
                                + (field.startsWith("resources") ? "" : "resources: [{apiVersion: v1, kind: Event}], ")
                                + field + "}"),
                        NamespaceScope.CLUSTER))
                .contains(problem);
    }

    @Test
    void controllerWithoutClusterAccessRefusesNamespaceSelectors() {
        NamespaceScope shop = new NamespaceScope(Set.of("shop"));
        assertThat(SpecCheck.problem(Samples.events("namespaceSelector: {}"), shop))
                .contains("spec.namespaceSelector: not supported, because the controller has CLUSTER_ACCESS=false");
        assertThat(SpecCheck.problem(Samples.events("mode: Resource"), shop)).isEmpty();
    }
}
