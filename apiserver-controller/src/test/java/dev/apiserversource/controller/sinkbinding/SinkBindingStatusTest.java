package dev.apiserversource.controller.sinkbinding;

import dev.apiserversource.controller.api.ApiServerSourceStatus;
import dev.apiserversource.controller.api.Condition;
import dev.apiserversource.controller.api.SinkBinding;
import dev.apiserversource.controller.sink.SinkResolver.Resolution;
import dev.apiserversource.controller.sink.SinkResolver.SinkAddress;
import dev.apiserversource.controller.sink.SinkResolver.Unresolved;
import dev.apiserversource.controller.status.ConditionValue;
import io.fabric8.kubernetes.client.utils.Serialization;
import org.junit.jupiter.api.Test;

import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

class SinkBindingStatusTest {

    private static final String NOW = "2026-01-01T01:00:00Z";
    private static final Resolution SINK = new SinkAddress("http://sink", "PEM", null);

    @Test
    void hasWhatTheAdmissionPolicyReads() {
        ApiServerSourceStatus status = status(binding("ceOverrides: {extensions: {b: '2', a: \"1\"}}"), SINK);
        assertThat(status.sinkUri()).isEqualTo("http://sink");
        assertThat(status.sinkCACerts()).isEqualTo("PEM");
        assertThat(status.annotations())
                .isEqualTo(Map.of(SinkBindingStatus.OVERRIDES, "{\"extensions\":{\"a\":\"1\",\"b\":\"2\"}}"));
        assertThat(status.conditions())
                .extracting(Condition::type, Condition::status)
                .containsExactly(
                        tuple("Ready", "True"), tuple("SinkBindingAvailable", "True"), tuple("SinkProvided", "True"));
    }

    @Test
    void overridesThatAreGoneLeaveTheStatus() {
        SinkBinding binding = binding("ceOverrides: {extensions: {a: b}}");
        SinkBinding plain = binding("");
        plain.setStatus(status(binding, SINK));
        assertThat(status(plain, SINK).annotations()).isEmpty();
    }

    @Test
    void lastAddressStaysWhileTheSinkIsMissing() {
        SinkBinding binding = binding("");
        binding.setStatus(status(binding, SINK));
        ApiServerSourceStatus status = status(binding, new Unresolved("NotFound", "create it"));
        assertThat(status.sinkUri()).isEqualTo("http://sink");
        assertThat(status.conditions())
                .extracting(Condition::type, Condition::reason)
                .contains(tuple("Ready", "NotFound"), tuple("SinkProvided", "NotFound"));
    }

    @Test
    void sinkThatExpectsATokenIsNotProvided() {
        assertThat(status(binding(""), new SinkAddress("http://sink", null, "audience"))
                        .conditions())
                .extracting(Condition::type, Condition::reason)
                .contains(tuple("SinkProvided", "NotSupported"));
    }

    private static ApiServerSourceStatus status(SinkBinding binding, Resolution sink) {
        return SinkBindingStatus.of(binding, sink, ConditionValue.TRUE, NOW);
    }

    private static SinkBinding binding(String spec) {
        return Serialization.unmarshal(
                "apiVersion: sources.knative.dev/v1\nkind: SinkBinding\nmetadata: {name: bind, namespace: shop}\n"
                        + "spec: {sink: {uri: 'http://sink'}, subject: {apiVersion: batch/v1, kind: Job, name: a}, "
                        + spec + "}",
                SinkBinding.class);
    }
}
