package dev.apiserversource.controller.api;

import io.fabric8.kubernetes.client.utils.Serialization;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class MalformedSpecTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{mode: Foo}                               | spec.mode: \"Foo\" is no mode: use Reference or Resource",
                "{mode: 1}                                 | spec.mode: \"1\" is no mode: use Reference or Resource",
                "{mode: [Resource]}                        | spec.mode: a value has a wrong type or is null",
                "{replicas: many}                          | spec.replicas: the value \"many\" does not fit",
                "{gaps: Foo}                               | spec.gaps: the value \"Foo\" does not fit",
                "{gaps: 0}                                 | spec.gaps: the value \"0\" does not fit",
                "{resources: {}}                           | spec.resources: a value has a wrong type or is null",
                "{resources: [{apiVersion: v1}]}           | spec.resources[0]: kind is missing",
                "{resources: [null]}                       | spec: a value has a wrong type or is null",
                "{sink: 'http://sink'}                     | spec.sink: a value has a wrong type or is null",
                "{sink: {ref: {kind: Service, name: n}}}   | spec.sink.ref: apiVersion is missing",
                "{ceOverrides: {extensions: {a: null}}}    | spec.ceOverrides: a value has a wrong type or is null",
                "{namespaceSelector: all}        | spec.namespaceSelector: a value has a wrong type or is null",
                "{delivery: {retry: often}}                | spec.delivery.retry: the value \"often\" does not fit",
                "text                                      | spec: a value has a wrong type or is null",
                "[]                                        | spec: a value has a wrong type or is null",
            })
    void namesTheFieldAndKeepsTheObject(String spec, String problem) {
        ApiServerSource source = read("spec: " + spec);
        assertThat(source.specProblem()).contains(problem);
        assertThat(source.getMetadata().getName()).isEqualTo("a");
        assertThat(source.getSpec().resources()).isEmpty();
        assertThat(Serialization.clone(source).specProblem()).contains(problem);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"{mode: ''}", "{replicas: '2'}", "{serviceAccountName: ''}", "{filters: null, resources: null}"})
    void toleratesWhatHasAMeaning(String spec) {
        ApiServerSource source = read("spec: " + spec);
        assertThat(source.specProblem()).isEmpty();
        assertThat(source.getSpec().serviceAccountName()).isEqualTo("default");
        assertThat(source.getSpec().mode()).isEqualTo(EventMode.REFERENCE);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"text", "[]", "{conditions: 1}", "{observedGeneration: x}", "{conditions: [1]}"})
    void ignoresAnUnreadableStatus(String status) {
        ApiServerSource source = read("status: " + status);
        assertThat(source.specProblem()).isEmpty();
        assertThat(source.getStatus()).isNull();
    }

    @Test
    void legacySourcesAreReadLikewise() {
        LegacyApiServerSource legacy = Serialization.unmarshal(
                "apiVersion: sources.eventing.knative.dev/v1alpha1\nkind: ApiServerSource\nmetadata: {name: a}\n"
                        + "spec: {sink: 3}",
                LegacyApiServerSource.class);
        assertThat(legacy.specProblem()).contains("spec.sink: a value has a wrong type or is null");
        assertThat(legacy.getSpec().sink()).isNull();
    }

    private static ApiServerSource read(String field) {
        return Serialization.unmarshal(
                "apiVersion: sources.knative.dev/v1\nkind: ApiServerSource\nmetadata: {name: a}\n" + field,
                ApiServerSource.class);
    }
}
