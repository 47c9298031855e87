package dev.apiserversource.controller.api;

import dev.apiserversource.controller.api.ApiServerSourceSpec.EmitPolicy;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.client.utils.Serialization;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class SpecTest {

    @Test
    void setsDefaults() {
        ApiServerSource source = read("{resources: [{apiVersion: v1, kind: Event}], sink: {uri: 'http://a'}}");
        assertThat(source.getSpec().mode()).isEqualTo(EventMode.REFERENCE);
        assertThat(source.getSpec().serviceAccountName()).isEqualTo("default");
        assertThat(source.getSpec().namespaceSelector()).isNull();
        assertThat(source.getSpec().filters()).isEmpty();
        assertThat(source.getSpec().initialState()).isEqualTo(EmitPolicy.SKIP);
        assertThat(source.getSpec().gaps()).isEqualTo(EmitPolicy.SKIP);
        assertThat(source.getSpec().replicas()).isEqualTo(1);
    }

    @Test
    void distinguishesEmptyAndAbsentNamespaceSelector() {
        ApiServerSource source = read("{namespaceSelector: {}}");
        assertThat(source.getSpec().namespaceSelector()).isEqualTo(new LabelSelector());
        assertThat(Serialization.clone(source).getSpec()).isEqualTo(source.getSpec());
    }

    @Test
    void survivesACloneWithAllFields() {
        ApiServerSource source = read("{resources: [{apiVersion: v1, kind: Event, selector: {matchLabels: {a: b}}}],"
                + " mode: Resource, owner: {kind: Pod}, serviceAccountName: me, sink: {ref: {apiVersion: v1,"
                + " kind: Service, name: n, address: x}, uri: /p, CACerts: c, audience: d},"
                + " ceOverrides: {extensions: {a: b}}, filters: [{not: {exact: {type: t}}}],"
                + " delivery: {retry: 3, deadLetterSink: {uri: 'http://d'}}, initialState: Emit,"
                + " gaps: Emit, replicas: 3}");
        assertThat(Serialization.clone(source).getSpec()).isEqualTo(source.getSpec());
        assertThat(source.getSpec().sink().caCerts()).isEqualTo("c");
        assertThat(source.getSpec().initialState()).isEqualTo(EmitPolicy.EMIT);
        assertThat(source.getSpec().gaps()).isEqualTo(EmitPolicy.EMIT);
        assertThat(source.getSpec().replicas()).isEqualTo(3);
    }

    @Test
    void ignoresUnknownFields() {
        assertThat(read("{serviceAccountName: me, invented: {later: true}}")
                        .getSpec()
                        .serviceAccountName())
                .isEqualTo("me");
    }

    @Test
    void modesHaveThreeEventTypes() {
        assertThat(EventMode.REFERENCE.eventTypes())
                .containsExactly(
                        "dev.knative.apiserver.ref.add",
                        "dev.knative.apiserver.ref.delete",
                        "dev.knative.apiserver.ref.update");
        assertThat(EventMode.RESOURCE.eventTypes()).contains("dev.knative.apiserver.resource.update");
    }

    @Test
    void emittedGapsAddAnEventType() {
        assertThat(read("{mode: Resource}").getSpec().cloudEventTypes()).isEqualTo(EventMode.RESOURCE.eventTypes());
        assertThat(read("{mode: Resource, gaps: Emit}").getSpec().cloudEventTypes())
                .containsAll(EventMode.RESOURCE.eventTypes())
                .endsWith("dev.apiserversource.gap")
                .hasSize(4);
    }

    private static ApiServerSource read(String spec) {
        return Serialization.unmarshal(
                "apiVersion: sources.knative.dev/v1\nkind: ApiServerSource\nspec: " + spec, ApiServerSource.class);
    }
}
