package dev.apiserversource.controller.sinkbinding;

import dev.apiserversource.controller.api.ApiServerSourceStatus;
import dev.apiserversource.controller.api.ApiServerSourceStatus.AuthStatus;
import dev.apiserversource.controller.api.Condition;
import dev.apiserversource.controller.api.SinkBinding;
import dev.apiserversource.controller.pod.MountedVolume;
import dev.apiserversource.controller.sink.SinkResolver.Resolution;
import dev.apiserversource.controller.sink.SinkResolver.SinkAddress;
import dev.apiserversource.controller.sink.SinkResolver.Unresolved;
import dev.apiserversource.controller.status.ConditionValue;
import io.fabric8.kubernetes.client.utils.Serialization;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

class SinkBindingStatusTest {

    private static final String NOW = "2026-01-01T01:00:00Z";
    private static final Resolution SINK = new SinkAddress("http://sink", "PEM", null);
    private static final Resolution EXPECTS_TOKEN = new SinkAddress("http://sink", null, "audience");

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
                        tuple("OIDCIdentityCreated", "True"),
                        tuple("OIDCTokenSecretCreated", "True"),
                        tuple("Ready", "True"),
                        tuple("SinkBindingAvailable", "True"),
                        tuple("SinkProvided", "True"));
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
    void tokenAndTrustBundlesAreForTheAdmissionPolicy() {
        SinkBinding binding = binding("");
        BoundSink sink = BoundSink.of(EXPECTS_TOKEN)
                .withToken(ConditionValue.TRUE, ConditionValue.TRUE)
                .with(List.of("one", "two"));
        ApiServerSourceStatus status = SinkBindingStatus.of(binding, sink, ConditionValue.TRUE, NOW);
        assertThat(status.sinkAudience()).isEqualTo("audience");
        assertThat(status.auth()).isEqualTo(new AuthStatus("bind-oidc-sources.knative.dev-sinkbinding"));
        assertThat(status.annotations())
                .isEqualTo(Map.of(
                        SinkBindingStatus.TRUST_BUNDLES, "one,two",
                        SinkBindingStatus.TOKEN_SECRET, "bind-oidc-token-u-1"));
        binding.setStatus(status);
        assertThat(SinkBindingStatus.trustBundles(binding)).containsExactly("one", "two");
        assertThat(SinkBindingStatus.additions(binding).orElseThrow().volumes())
                .extracting(MountedVolume::name)
                .containsExactly("kne-bundle-volume", "oidc-token");
    }

    @Test
    void sinkWhoseTokenIsRefusedIsNotBound() {
        BoundSink sink =
                BoundSink.of(EXPECTS_TOKEN).withToken(ConditionValue.TRUE, ConditionValue.ofFalse("Refused", "quota"));
        ApiServerSourceStatus status = SinkBindingStatus.of(binding(""), sink, ConditionValue.TRUE, NOW);
        assertThat(status.conditions())
                .extracting(Condition::type, Condition::reason)
                .contains(tuple("Ready", "Refused"), tuple("OIDCTokenSecretCreated", "Refused"));
        assertThat(status.sinkUri()).isNull();
    }

    private static ApiServerSourceStatus status(SinkBinding binding, Resolution sink) {
        return SinkBindingStatus.of(binding, BoundSink.of(sink), ConditionValue.TRUE, NOW);
    }

    private static SinkBinding binding(String spec) {
        return Serialization.unmarshal(
                "apiVersion: sources.knative.dev/v1\nkind: SinkBinding\n"
                        + "metadata: {name: bind, namespace: shop, uid: u-1}\n"
                        + "spec: {sink: {uri: 'http://sink'}, subject: {apiVersion: batch/v1, kind: Job, name: a}, "
                        + spec + "}",
                SinkBinding.class);
    }
}
