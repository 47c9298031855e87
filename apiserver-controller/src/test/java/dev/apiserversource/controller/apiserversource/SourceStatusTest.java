package dev.apiserversource.controller.apiserversource;

import dev.apiserversource.controller.api.ApiServerSource;
import dev.apiserversource.controller.api.ApiServerSourceStatus;
import dev.apiserversource.controller.api.ApiServerSourceStatus.CloudEventAttributes;
import dev.apiserversource.controller.api.Condition;
import dev.apiserversource.controller.apiserversource.AdapterProblems.Problem;
import dev.apiserversource.controller.apiserversource.SourceStatus.ReconcileResult;
import dev.apiserversource.controller.namespaces.NamespaceSelection;
import dev.apiserversource.controller.sink.SinkResolver.Resolution;
import dev.apiserversource.controller.sink.SinkResolver.SinkAddress;
import dev.apiserversource.controller.sink.SinkResolver.Unresolved;
import dev.apiserversource.controller.status.ConditionValue;
import dev.apiserversource.controller.status.Conditions;
import dev.apiserversource.controller.status.Rollout;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Optional;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

class SourceStatusTest {

    private static final String THEN = "2026-01-01T00:00:00Z";
    private static final String NOW = "2026-01-01T01:00:00Z";
    private static final Resolution SINK = new SinkAddress("http://sink", "PEM", null);
    private static final ConditionValue WAITING = ConditionValue.ofUnknown("DeploymentUnavailable", "not yet");

    private final ApiServerSource source = Samples.events("mode: Resource");

    private AdapterProblems reported = AdapterProblems.NONE;

    @Test
    void readyWhenAllConditionsAreTrue() {
        ApiServerSourceStatus status = status(source, SINK, ConditionValue.TRUE, ConditionValue.TRUE, NOW);
        assertThat(status.conditions())
                .extracting(Condition::type, Condition::status)
                .containsExactly(
                        tuple("Deployed", "True"),
                        tuple("OIDCIdentityCreated", "True"),
                        tuple("Ready", "True"),
                        tuple("SinkProvided", "True"),
                        tuple("SufficientPermissions", "True"));
        assertThat(ready(status).reason()).isNull();
    }

    @Test
    void carriesAddressTypesAndNamespaces() {
        ApiServerSourceStatus status = status(source, SINK, ConditionValue.TRUE, ConditionValue.TRUE, NOW);
        assertThat(status.sinkUri()).isEqualTo("http://sink");
        assertThat(status.sinkCACerts()).isEqualTo("PEM");
        assertThat(status.observedGeneration()).isEqualTo(1);
        assertThat(status.namespaces()).containsExactly("shop");
        assertThat(status.ceAttributes())
                .contains(new CloudEventAttributes("dev.knative.apiserver.resource.add", "https://api:6443"))
                .hasSize(3);
    }

    @Test
    void listsTheEventTypeOfEmittedGaps() {
        ApiServerSource emitting = Samples.events("gaps: Emit");
        assertThat(status(emitting, SINK, ConditionValue.TRUE, ConditionValue.TRUE, NOW)
                        .ceAttributes())
                .endsWith(new CloudEventAttributes("dev.apiserversource.gap", "https://api:6443"))
                .hasSize(4);
    }

    @Test
    void readyReportsTheCause() {
        Resolution missing = new Unresolved("NotFound", "no such Service");
        ConditionValue denied = ConditionValue.ofFalse("Forbidden", "may not");
        assertThat(ready(status(source, missing, denied, WAITING, NOW)))
                .isEqualTo(new Condition("Ready", "False", null, "NotFound", "no such Service", NOW));
        assertThat(ready(status(source, SINK, denied, WAITING, NOW)).reason()).isEqualTo("Forbidden");
    }

    @Test
    void readyReportsFalseBeforeUnknown() {
        ConditionValue unknownKind = ConditionValue.ofUnknown("KindNotFound", "install it");
        ConditionValue refused = ConditionValue.ofFalse("Refused", "quota");
        assertThat(ready(status(source, SINK, unknownKind, refused, NOW)).reason())
                .isEqualTo("Refused");
        assertThat(ready(status(source, SINK, unknownKind, ConditionValue.TRUE, NOW)))
                .isEqualTo(new Condition("Ready", "Unknown", null, "KindNotFound", "install it", NOW));
    }

    @Test
    void transitionTimeIsKeptWhileTheStatusIsUnchanged() {
        ApiServerSourceStatus before = status(source, SINK, ConditionValue.TRUE, WAITING, THEN);
        ApiServerSourceStatus after = status(with(before), SINK, ConditionValue.TRUE, ConditionValue.TRUE, NOW);
        assertThat(condition(after, "SinkProvided").lastTransitionTime()).isEqualTo(THEN);
        assertThat(condition(after, "Deployed").lastTransitionTime()).isEqualTo(NOW);
        assertThat(ready(after).lastTransitionTime()).isEqualTo(NOW);
    }

    @Test
    void newReasonKeepsTheTransitionTime() {
        ApiServerSourceStatus before = status(source, SINK, ConditionValue.ofFalse("Forbidden", "a"), WAITING, THEN);
        ApiServerSourceStatus after =
                status(with(before), SINK, ConditionValue.ofFalse("Forbidden", "b"), WAITING, NOW);
        assertThat(condition(after, "SufficientPermissions"))
                .isEqualTo(new Condition("SufficientPermissions", "False", null, "Forbidden", "b", THEN));
    }

    @Test
    void sameResultGivesAnEqualStatus() {
        ApiServerSourceStatus before = status(source, SINK, ConditionValue.TRUE, WAITING, THEN);
        assertThat(status(with(before), SINK, ConditionValue.TRUE, WAITING, NOW))
                .isEqualTo(before);
    }

    @Test
    void sinkThatExpectsATokenNamesTheServiceAccount() {
        Resolution protectedSink = new SinkAddress("http://sink", null, "shop");
        ApiServerSourceStatus status = status(source, protectedSink, ConditionValue.TRUE, WAITING, NOW);
        assertThat(status.sinkAudience()).isEqualTo("shop");
        assertThat(status.auth())
                .isEqualTo(new ApiServerSourceStatus.AuthStatus("events-oidc-sources.knative.dev-apiserversource"));
        assertThat(condition(status, "OIDCIdentityCreated").status()).isEqualTo("True");
    }

    @Test
    void sourceWithoutAnIdentityIsNotReady() {
        Sinks sinks = new Sinks(new SinkAddress("http://sink", null, "shop"), null)
                .withIdentity(ConditionValue.ofFalse("NotOwned", "delete it"));
        ReconcileResult result = new ReconcileResult(
                sinks, NamespaceSelection.of(List.of("shop")), ConditionValue.TRUE, WAITING, AdapterProblems.NONE);
        ApiServerSourceStatus status = SourceStatus.of(source, result, "https://server", NOW);
        assertThat(ready(status).reason()).isEqualTo("NotOwned");
        assertThat(sinks.plan(source, WatchedKinds.of(List.of(), Samples.DISCOVERY), NamespaceSelection.of(List.of())))
                .isEmpty();
    }

    @Test
    void unresolvedDeadLetterSinkKeepsTheAddressOfTheSink() {
        Sinks sinks = new Sinks(SINK, new Unresolved("NotFound", "no such Service"));
        assertThat(sinks.sinkProvided())
                .isEqualTo(ConditionValue.ofFalse("NotFound", "spec.delivery.deadLetterSink: no such Service"));
        ReconcileResult result = new ReconcileResult(
                sinks, NamespaceSelection.of(List.of("shop")), ConditionValue.TRUE, WAITING, AdapterProblems.NONE);
        assertThat(SourceStatus.of(source, result, "https://api:6443", NOW).sinkUri())
                .isEqualTo("http://sink");
    }

    @Test
    void lostSinkKeepsTheAddressThatTheAdapterUses() {
        ApiServerSourceStatus before = status(source, SINK, ConditionValue.TRUE, ConditionValue.TRUE, THEN);
        Resolution lost = new Unresolved("NotFound", "no such Service");
        ApiServerSourceStatus after = status(with(before), lost, ConditionValue.TRUE, ConditionValue.TRUE, NOW);
        assertThat(after.sinkUri()).isEqualTo("http://sink");
        assertThat(after.sinkCACerts()).isEqualTo("PEM");
        assertThat(condition(after, "SinkProvided").status()).isEqualTo("False");
    }

    @Test
    void denialThatTheAdapterReportsMakesReadyFalse() {
        reported = new AdapterProblems(List.of(new Problem("AccessDenied", "cannot watch pods")));
        ApiServerSourceStatus status = status(source, SINK, ConditionValue.TRUE, ConditionValue.TRUE, NOW);
        assertThat(condition(status, "SufficientPermissions"))
                .isEqualTo(new Condition(
                        "SufficientPermissions", "False", null, "AccessDenied", "cannot watch pods", NOW));
        assertThat(ready(status).status()).isEqualTo("False");
    }

    @Test
    void requestThatTheApiServerRefusesMakesReadyFalse() {
        reported = new AdapterProblems(List.of(new Problem("RequestRefused", "v1/pods: field label not supported")));
        ApiServerSourceStatus status = status(source, SINK, ConditionValue.TRUE, ConditionValue.TRUE, NOW);
        assertThat(condition(status, "Deployed"))
                .isEqualTo(new Condition(
                        "Deployed",
                        "False",
                        null,
                        "RequestRefused",
                        "the API server refuses to list or watch, correct spec.resources: v1/pods: field label not"
                                + " supported",
                        NOW));
        assertThat(ready(status).status()).isEqualTo("False");
    }

    @Test
    void replayIsAConditionThatReadyDoesNotDependOn() {
        AdapterProgress running = progress("r1", "Running", null);
        ApiServerSourceStatus status = replaying("r1", List.of(), running);
        assertThat(condition(status, "Replayed"))
                .isEqualTo(new Condition(
                        "Replayed", "Unknown", "Info", "Running", "replay r1: 7 objects sent since " + THEN, NOW));
        assertThat(ready(status).status()).isEqualTo("True");

        status = replaying("r1", status.conditions(), progress("r1", "Complete", NOW));
        assertThat(condition(status, "Replayed"))
                .isEqualTo(new Condition(
                        "Replayed",
                        "True",
                        "Info",
                        "Complete",
                        "replay r1: 7 objects sent from " + THEN + " to " + NOW,
                        NOW));
        assertThat(replaying("r1", status.conditions(), AdapterProgress.NONE).conditions())
                .as("the adapter is paused, or starts")
                .isEqualTo(status.conditions());

        status = replaying("r2", status.conditions(), running);
        assertThat(condition(status, "Replayed"))
                .isEqualTo(new Condition(
                        "Replayed", "Unknown", "Info", "Pending", "replay r2: the adapter has not begun", NOW));
        assertThat(replaying(null, status.conditions(), running).conditions())
                .noneMatch(condition -> condition.type().equals("Replayed"));
    }

    private static AdapterProgress progress(String value, String phase, @Nullable String completed) {
        return new AdapterProgress(Optional.of(new AdapterProgress.Replay(value, phase, 7, THEN, completed)));
    }

    private static ApiServerSourceStatus replaying(
            @Nullable String value, List<Condition> before, AdapterProgress reported) {
        ApiServerSource replayed =
                Samples.events(value == null ? "mode: Resource" : "mode: Resource, replay: " + value);
        replayed.setStatus(ApiServerSourceStatus.withConditions(null, 1L, before));
        ReconcileResult result = new ReconcileResult(
                new Sinks(SINK, null),
                NamespaceSelection.of(List.of("shop")),
                ConditionValue.TRUE,
                ConditionValue.TRUE,
                AdapterProblems.NONE,
                reported);
        return SourceStatus.of(replayed, result, "https://api:6443", NOW);
    }

    @Test
    void sinkThatRefusesIsAWarningAndLeavesReadyTrue() {
        reported = new AdapterProblems(List.of(new Problem("SinkRefuses", "the sink answers 403")));
        ApiServerSourceStatus status = status(source, SINK, ConditionValue.TRUE, ConditionValue.TRUE, NOW);
        assertThat(condition(status, "Delivering"))
                .isEqualTo(new Condition("Delivering", "False", "Warning", "SinkRefuses", "the sink answers 403", NOW));
        assertThat(ready(status).status()).isEqualTo("True");
    }

    @Test
    void deploymentIsUnwatchedOnlyWhenRefused() {
        ConditionValue refused = ConditionValue.ofFalse(Rollout.REFUSED, "quota");
        assertThat(status(source, SINK, ConditionValue.TRUE, refused, NOW).conditions())
                .filteredOn(SourceStatus::isUnwatched)
                .extracting(Condition::type)
                .containsExactly("Deployed", "OIDCIdentityCreated", "SinkProvided", "SufficientPermissions");
        assertThat(status(source, SINK, ConditionValue.TRUE, WAITING, NOW).conditions())
                .filteredOn(SourceStatus::isUnwatched)
                .extracting(Condition::type)
                .containsExactly("OIDCIdentityCreated", "SinkProvided", "SufficientPermissions");
    }

    private static ApiServerSource with(ApiServerSourceStatus status) {
        ApiServerSource source = Samples.events("mode: Resource");
        source.setStatus(status);
        return source;
    }

    private ApiServerSourceStatus status(
            ApiServerSource source, Resolution sink, ConditionValue access, ConditionValue deployed, String now) {
        ReconcileResult result = new ReconcileResult(
                new Sinks(sink, null), NamespaceSelection.of(List.of("shop")), access, deployed, reported);
        return SourceStatus.of(source, result, "https://api:6443", now);
    }

    private static Condition ready(ApiServerSourceStatus status) {
        return condition(status, "Ready");
    }

    private static Condition condition(ApiServerSourceStatus status, String type) {
        return Conditions.find(status.conditions(), type).orElseThrow();
    }
}
