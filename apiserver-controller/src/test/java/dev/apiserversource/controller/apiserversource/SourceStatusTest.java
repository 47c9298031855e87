package dev.apiserversource.controller.apiserversource;

import dev.apiserversource.controller.api.ApiServerSource;
import dev.apiserversource.controller.api.ApiServerSourceStatus;
import dev.apiserversource.controller.api.ApiServerSourceStatus.CloudEventAttributes;
import dev.apiserversource.controller.api.Condition;
import dev.apiserversource.controller.sink.Resolution;
import dev.apiserversource.controller.sink.Resolution.Resolved;
import dev.apiserversource.controller.sink.Resolution.Unresolved;
import dev.apiserversource.controller.sink.SinkAddress;
import org.junit.jupiter.api.Test;

import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

class SourceStatusTest {

    private static final String THEN = "2026-01-01T00:00:00Z";
    private static final String NOW = "2026-01-01T01:00:00Z";
    private static final Resolution SINK = new Resolved(new SinkAddress("http://sink", "PEM", "aud"));
    private static final Judgement WAITING = Judgement.unknown("DeploymentUnavailable", "not yet");

    private final Source source = Samples.events("mode: Resource");

    @Test
    void allGoodIsReady() {
        ApiServerSourceStatus status = status(source, SINK, Judgement.GOOD, Judgement.GOOD, NOW);
        assertThat(status.conditions())
                .extracting(Condition::type, Condition::status)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("Deployed", "True"),
                        org.assertj.core.groups.Tuple.tuple("OIDCIdentityCreated", "True"),
                        org.assertj.core.groups.Tuple.tuple("Ready", "True"),
                        org.assertj.core.groups.Tuple.tuple("SinkProvided", "True"),
                        org.assertj.core.groups.Tuple.tuple("SufficientPermissions", "True"));
        assertThat(ready(status).reason()).isNull();
    }

    @Test
    void carriesAddressTypesAndNamespaces() {
        ApiServerSourceStatus status = status(source, SINK, Judgement.GOOD, Judgement.GOOD, NOW);
        assertThat(status.sinkUri()).isEqualTo("http://sink");
        assertThat(status.sinkCACerts()).isEqualTo("PEM");
        assertThat(status.sinkAudience()).isEqualTo("aud");
        assertThat(status.observedGeneration()).isEqualTo(1);
        assertThat(status.namespaces()).containsExactly("shop");
        assertThat(status.ceAttributes())
                .contains(new CloudEventAttributes("dev.knative.apiserver.resource.add", "https://api:6443"))
                .hasSize(3);
    }

    @Test
    void namesTheTypeOfGapsWhenTheyAreTold() {
        Source telling = Samples.events("gaps: Emit");
        assertThat(status(telling, SINK, Judgement.GOOD, Judgement.GOOD, NOW).ceAttributes())
                .endsWith(new CloudEventAttributes("dev.apiserversource.gap", "https://api:6443"))
                .hasSize(4);
    }

    @Test
    void readyNamesTheCauseAndNotItsConsequence() {
        Resolution missing = new Unresolved("NotFound", "no such Service");
        Judgement denied = Judgement.bad("Forbidden", "may not");
        assertThat(ready(status(source, missing, denied, WAITING, NOW)))
                .isEqualTo(new Condition("Ready", "False", null, "NotFound", "no such Service", NOW));
        assertThat(ready(status(source, SINK, denied, WAITING, NOW)).reason()).isEqualTo("Forbidden");
    }

    @Test
    void whatIsWrongIsWorseThanWhatIsUnknown() {
        Judgement unknownKind = Judgement.unknown("KindNotFound", "install it");
        Judgement refused = Judgement.bad("Refused", "quota");
        assertThat(ready(status(source, SINK, unknownKind, refused, NOW)).reason())
                .isEqualTo("Refused");
        assertThat(ready(status(source, SINK, unknownKind, Judgement.GOOD, NOW)))
                .isEqualTo(new Condition("Ready", "Unknown", null, "KindNotFound", "install it", NOW));
    }

    @Test
    void transitionTimeStaysWhileTheStatusStays() {
        ApiServerSourceStatus before = status(source, SINK, Judgement.GOOD, WAITING, THEN);
        ApiServerSourceStatus after = status(with(before), SINK, Judgement.GOOD, Judgement.GOOD, NOW);
        assertThat(condition(after, "SinkProvided").lastTransitionTime()).isEqualTo(THEN);
        assertThat(condition(after, "Deployed").lastTransitionTime()).isEqualTo(NOW);
        assertThat(ready(after).lastTransitionTime()).isEqualTo(NOW);
    }

    @Test
    void aNewReasonForTheSameStatusIsNoTransition() {
        ApiServerSourceStatus before = status(source, SINK, Judgement.bad("Forbidden", "a"), WAITING, THEN);
        ApiServerSourceStatus after = status(with(before), SINK, Judgement.bad("Forbidden", "b"), WAITING, NOW);
        assertThat(condition(after, "SufficientPermissions"))
                .isEqualTo(new Condition("SufficientPermissions", "False", null, "Forbidden", "b", THEN));
    }

    @Test
    void theSameFindingsMakeAnEqualStatus() {
        ApiServerSourceStatus before = status(source, SINK, Judgement.GOOD, WAITING, THEN);
        assertThat(status(with(before), SINK, Judgement.GOOD, WAITING, NOW)).isEqualTo(before);
    }

    private static Source with(ApiServerSourceStatus status) {
        Source source = Samples.events("mode: Resource");
        ((ApiServerSource) source.object()).setStatus(status);
        return Source.of((ApiServerSource) source.object());
    }

    private static ApiServerSourceStatus status(
            Source source, Resolution sink, Judgement access, Judgement deployed, String now) {
        Findings findings = new Findings(sink, NamespaceSelection.of(List.of("shop")), access, deployed);
        return SourceStatus.of(source, findings, "https://api:6443", now);
    }

    private static Condition ready(ApiServerSourceStatus status) {
        return condition(status, "Ready");
    }

    private static Condition condition(ApiServerSourceStatus status, String type) {
        return SourceStatus.find(status, type).orElseThrow();
    }
}
