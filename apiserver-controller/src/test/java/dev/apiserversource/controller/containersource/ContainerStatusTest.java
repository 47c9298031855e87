package dev.apiserversource.controller.containersource;

import dev.apiserversource.controller.api.ApiServerSourceStatus;
import dev.apiserversource.controller.api.ApiServerSourceStatus.AuthStatus;
import dev.apiserversource.controller.api.Condition;
import dev.apiserversource.controller.api.ContainerSource;
import dev.apiserversource.controller.containersource.ContainerStatus.Sink;
import dev.apiserversource.controller.sink.SinkResolver.Resolution;
import dev.apiserversource.controller.sink.SinkResolver.SinkAddress;
import dev.apiserversource.controller.sink.SinkResolver.Unresolved;
import dev.apiserversource.controller.status.ConditionValue;
import dev.apiserversource.controller.status.Conditions;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

class ContainerStatusTest {

    private static final String NOW = "2026-01-01T01:00:00Z";
    private static final ConditionValue WAITING = ConditionValue.ofUnknown("DeploymentUnavailable", "not yet");

    private final ContainerSource source = ContainerSamples.withTemplate("{spec: {containers: [{name: a, image: a}]}}");

    @Test
    void readyWhenSinkAndDeploymentAre() {
        ApiServerSourceStatus status = status(new SinkAddress("http://sink", "PEM", null), ConditionValue.TRUE);
        assertThat(status.conditions())
                .extracting(Condition::type, Condition::status)
                .containsExactly(
                        tuple("Ready", "True"),
                        tuple("ReceiveAdapterReady", "True"),
                        tuple("SinkBindingReady", "True"));
        assertThat(status.sinkUri()).isEqualTo("http://sink");
        assertThat(status.sinkCACerts()).isEqualTo("PEM");
        assertThat(status.observedGeneration()).isEqualTo(1);
    }

    @Test
    void readyReportsAMissingSinkAndTheLastAddressStays() {
        source.setStatus(status(new SinkAddress("http://sink", null, null), ConditionValue.TRUE));
        ApiServerSourceStatus status = status(new Unresolved("NotFound", "create it"), ConditionValue.TRUE);
        assertThat(ready(status)).isEqualTo(new Condition("Ready", "False", null, "NotFound", "create it", NOW));
        assertThat(status.sinkUri()).isEqualTo("http://sink");
    }

    @Test
    void identityOfASourceWhoseSinkExpectsAToken() {
        Sink sink = new Sink(new SinkAddress("http://sink", null, "audience"));
        ApiServerSourceStatus status =
                ContainerStatus.of(source, sink.withToken(ConditionValue.TRUE), ConditionValue.TRUE, NOW);
        assertThat(ready(status).status()).isEqualTo("True");
        assertThat(status.sinkAudience()).isEqualTo("audience");
        assertThat(status.auth()).isEqualTo(new AuthStatus("beats-sinkbinding-oidc-sources.knative.dev-sinkbinding"));
    }

    @Test
    void sinkWhoseTokenIsRefusedIsNotBound() {
        Sink sink = new Sink(new SinkAddress("http://sink", null, "audience"))
                .withToken(ConditionValue.ofFalse("Refused", "quota"));
        assertThat(ready(ContainerStatus.of(source, sink, WAITING, NOW)).reason())
                .isEqualTo("Refused");
    }

    @Test
    void waitingForTheDeploymentIsWatchedAndARefusalIsNot() {
        assertThat(unwatched(ConditionValue.ofFalse("Refused", "quota"))).isTrue();
        assertThat(unwatched(ConditionValue.ofFalse("NotOwned", "rename it"))).isTrue();
        assertThat(unwatched(ConditionValue.ofUnknown("TakingOver", "soon"))).isTrue();
        assertThat(unwatched(WAITING)).isFalse();
    }

    private boolean unwatched(ConditionValue deployed) {
        return Conditions.find(
                        status(new SinkAddress("http://sink", null, null), deployed)
                                .conditions(),
                        ContainerStatus.RECEIVE_ADAPTER_READY)
                .filter(ContainerStatus::isUnwatched)
                .isPresent();
    }

    private ApiServerSourceStatus status(Resolution sink, ConditionValue deployed) {
        return ContainerStatus.of(source, new Sink(sink), deployed, NOW);
    }

    private static Condition ready(ApiServerSourceStatus status) {
        return Conditions.find(status.conditions(), Conditions.READY).orElseThrow();
    }
}
