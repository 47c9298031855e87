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
    void filtersAndOptionsThatTheAdapterTakesAreNoProblem() {
        assertThat(SpecCheck.problem(
                        Samples.source("apiVersion: sources.knative.dev/v1\nkind: ApiServerSource\n"
                                + "metadata: {name: events, namespace: shop}\nspec: {resources: [{apiVersion: v1,"
                                + " kind: Pod, fieldSelector: 'status.phase!=Running', changes: Status, redactPaths:"
                                + " ['/spec/containers/*/env', '/metadata/labels/a~1b']}], eventTypes: [update],"
                                + " filters: [{exact: {type: a}}, {all: [{not: {cesql: 'EXISTS namespace'}}]}]}"),
                        NamespaceScope.CLUSTER))
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
                "eventTypes: [] | spec.eventTypes: no type is given; name at least one of add, update, delete",
                "eventTypes: [added] | spec.eventTypes[0]: the value \"added\" does not fit",
                "resources: [{apiVersion: v1, kind: Pod, fieldSelector: status.phase}]"
                        + " | spec.resources[0].fieldSelector: \"status.phase\" is no field selector; write it like"
                        + " status.phase=Running,spec.nodeName!=node-1",
                "resources: [{apiVersion: v1, kind: Pod, changes: spec}]"
                        + " | spec.resources[0].changes: the value \"spec\" does not fit",
                "resources: [{apiVersion: v1, kind: Pod, redactPaths: [/metadata]}]"
                        + " | spec.resources[0].redactPaths: \"/metadata\" must be a JSON pointer below apiVersion,"
                        + " kind and metadata, such as /spec/password",
                "resources: [{apiVersion: v1, kind: Pod, previous: Patch}]"
                        + " | spec.resources[0].previous: Patch needs whole objects; set spec.mode to Resource",
                "resources: [{apiVersion: v1, kind: Pod}, {apiVersion: v1, kind: Pod, changes: Spec}]"
                        + " | spec.resources[1]: selects the same objects as another one, with other changes,"
                        + " redactPaths or previous; keep one of the two",
                "filters: [{cesql: \"type LIK 'a'\"}] | spec.filters[0].cesql: is no CloudEvents SQL: line 1, column 6:"
                        + " mismatched input 'LIK' expecting {<EOF>, 'AND', 'OR', 'XOR', 'NOT', '*', '/', '%', '+',"
                        + " '-', '=', '!=', '>', '>=', '<', '<>', '<=', 'LIKE', 'IN'}",
                "filters: [{cesql: \"name = 'a' )\"}] | spec.filters[0].cesql: is no CloudEvents SQL: line 1, column"
                        + " 12: extraneous input ')' expecting <EOF>",
                "filters: [{all: [{any: [{exact: {A: b}}]}]}] | spec.filters[0].all[0].any[0].exact: names of"
                        + " attributes are lower-case letters and digits and begin with a letter",
                "filters: [{not: {exact: {a: b}, suffix: {a: b}}}] | spec.filters[0].not: give exactly one of exact,"
                        + " prefix, suffix, all, any, not, cesql; use all to combine several",
                "filters: [{all: [{exct: {a: b}}]}] | spec.filters[0].all[0]: there is no dialect exct; use one of"
                        + " exact, prefix, suffix, all, any, not, cesql",
                "filters: [{any: [{prefix: {a: 1}}]}] | spec.filters[0].any[0].prefix.a: must be a text; put it in"
                        + " quotes",
                "replay: a b | spec.replay: must be 1 to 63 letters, digits, '.', '_', ':' or '-'",
                "replay: a, eventTypes: [update] | spec.replay: sends adds, which spec.eventTypes leaves out; name add"
                        + " there, or remove replay",
                "filters: [{any: [7]}] | spec.filters[0].any[0]: must be an object such as {exact: {type: …}}",
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
