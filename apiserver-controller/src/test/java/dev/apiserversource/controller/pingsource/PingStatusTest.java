package dev.apiserversource.controller.pingsource;

import dev.apiserversource.controller.api.ApiServerSourceStatus;
import dev.apiserversource.controller.api.ApiServerSourceStatus.AuthStatus;
import dev.apiserversource.controller.api.Condition;
import dev.apiserversource.controller.api.PingSource;
import dev.apiserversource.controller.pingsource.PingStatus.Sinks;
import dev.apiserversource.controller.sink.SinkResolver.SinkAddress;
import dev.apiserversource.controller.sink.SinkResolver.Unresolved;
import dev.apiserversource.controller.status.ConditionValue;
import dev.apiserversource.controller.status.Conditions;
import org.junit.jupiter.api.Test;

import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

class PingStatusTest {

    private static final String NOW = "2026-01-01T01:00:00Z";
    private static final SinkAddress SINK = new SinkAddress("http://sink", "PEM", null);
    private static final SinkAddress LETTERS = new SinkAddress("http://letters", "PEM2", null);
    private static final Unresolved GONE = new Unresolved("NotFound", "it is gone");

    private final PingSource source = PingSamples.withSpec("{sink: {uri: 'http://sink'}}");

    private ApiServerSourceStatus status(Sinks sinks, ConditionValue deployed) {
        ApiServerSourceStatus status = PingStatus.of(source, sinks, deployed, NOW);
        source.setStatus(status);
        return status;
    }

    private static Condition ready(ApiServerSourceStatus status) {
        return Conditions.find(status.conditions(), "Ready").orElseThrow();
    }

    @Test
    void isReadyWhenSinkAndAdapterAre() {
        ApiServerSourceStatus status = status(new Sinks(SINK, null), ConditionValue.TRUE);

        assertThat(status.conditions())
                .extracting(Condition::type, Condition::status)
                .containsExactly(
                        tuple("Deployed", "True"),
                        tuple("OIDCIdentityCreated", "True"),
                        tuple("Ready", "True"),
                        tuple("SinkProvided", "True"));
        assertThat(status.sinkUri()).isEqualTo("http://sink");
        assertThat(status.sinkCACerts()).isEqualTo("PEM");
        assertThat(status.observedGeneration()).isEqualTo(3);
        assertThat(status.ceAttributes())
                .containsExactly(new ApiServerSourceStatus.CloudEventAttributes(
                        "dev.knative.sources.ping", "/apis/v1/namespaces/default/pingsources/ping"));
    }

    @Test
    void theDeadLetterSinkIsAnAnnotation() {
        assertThat(status(new Sinks(SINK, LETTERS), ConditionValue.TRUE).annotations())
                .isEqualTo(Map.of("deadLetterSinkUri", "http://letters", "deadLetterSinkCACerts", "PEM2"));
        assertThat(status(new Sinks(SINK, null), ConditionValue.TRUE).annotations())
                .isEmpty();
    }

    @Test
    void theLastAddressStaysWhileTheSinkIsGone() {
        status(new Sinks(SINK, LETTERS), ConditionValue.TRUE);
        ApiServerSourceStatus status = status(new Sinks(GONE, LETTERS), ConditionValue.TRUE);

        assertThat(ready(status).reason()).isEqualTo("NotFound");
        assertThat(status.sinkUri()).isEqualTo("http://sink");
        assertThat(status.annotations()).containsEntry("deadLetterSinkUri", "http://letters");
    }

    @Test
    void isNotSentWithoutItsDeadLetterSink() {
        ApiServerSourceStatus status = status(new Sinks(SINK, GONE), ConditionValue.TRUE);

        assertThat(ready(status).message()).isEqualTo("spec.delivery.deadLetterSink: it is gone");
        assertThat(status.sinkUri()).isNull();
    }

    @Test
    void audiencesAndIdentityAreForTheAdapter() {
        Sinks sinks = new Sinks(
                new SinkAddress("http://sink", null, "me"), new SinkAddress("http://letters", null, "letters"));
        ApiServerSourceStatus status = status(sinks.withIdentity(ConditionValue.TRUE), ConditionValue.TRUE);

        assertThat(ready(status).status()).isEqualTo("True");
        assertThat(status.sinkAudience()).isEqualTo("me");
        assertThat(status.auth()).isEqualTo(new AuthStatus("ping-oidc-sources.knative.dev-pingsource"));
        assertThat(status.annotations()).containsEntry("deadLetterSinkAudience", "letters");
    }

    @Test
    void isNotSentWithoutTheIdentityThatASinkExpects() {
        ConditionValue refused = ConditionValue.ofFalse("Refused", "no");
        Sinks sinks = new Sinks(new SinkAddress("http://sink", null, "me"), null).withIdentity(refused);
        ApiServerSourceStatus status = status(sinks, ConditionValue.TRUE);

        assertThat(ready(status).reason()).isEqualTo("Refused");
        assertThat(status.sinkUri()).isNull();
    }

    @Test
    void isNotReadyBeforeTheAdapterIs() {
        ConditionValue waiting = ConditionValue.ofUnknown("DeploymentUnavailable", "not yet");
        ApiServerSourceStatus status = status(new Sinks(SINK, null), waiting);

        assertThat(ready(status).status()).isEqualTo("Unknown");
    }
}
