package dev.apiserversource.controller.apiserversource;

import dev.apiserversource.controller.api.ApiServerSource;
import dev.apiserversource.controller.api.ApiServerSourceStatus;
import dev.apiserversource.controller.api.ApiServerSourceStatus.AuthStatus;
import dev.apiserversource.controller.api.ApiServerSourceStatus.CloudEventAttributes;
import dev.apiserversource.controller.api.Condition;
import dev.apiserversource.controller.identity.SinkIdentity;
import dev.apiserversource.controller.namespaces.NamespaceSelection;
import dev.apiserversource.controller.sink.SinkResolver.SinkAddress;
import dev.apiserversource.controller.status.ConditionValue;
import dev.apiserversource.controller.status.Conditions;
import dev.apiserversource.controller.status.Rollout;
import org.jspecify.annotations.Nullable;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The status of a source: a pure function of the result of a reconciliation, the previous status and the time. */
final class SourceStatus {

    static final String SINK_PROVIDED = "SinkProvided";
    static final String DEPLOYED = "Deployed";
    static final String SUFFICIENT_PERMISSIONS = "SufficientPermissions";
    static final String OIDC_IDENTITY_CREATED = "OIDCIdentityCreated";
    static final String DELIVERING = "Delivering";
    static final String REPLAYED = "Replayed";

    private SourceStatus() {}

    /**
     * The result of a reconciliation.
     *
     * @param sinks the resolved sinks
     * @param namespaces the watched namespaces
     * @param granted whether reviews grant all permissions
     * @param deployed the condition Deployed
     * @param problems what the adapter reports
     * @param progress how far the adapter is
     */
    record ReconcileResult(
            Sinks sinks,
            NamespaceSelection namespaces,
            ConditionValue granted,
            ConditionValue deployed,
            AdapterProblems problems,
            AdapterProgress progress) {

        /** Without progress. */
        ReconcileResult(
                Sinks sinks,
                NamespaceSelection namespaces,
                ConditionValue granted,
                ConditionValue deployed,
                AdapterProblems problems) {
            this(sinks, namespaces, granted, deployed, problems, AdapterProgress.NONE);
        }

        /** An adapter whose lists are refused is not ready either: this is the cause. */
        private ConditionValue working() {
            return problems.requestRefused()
                    .map(message -> ConditionValue.ofFalse(
                            "RequestRefused",
                            "the API server refuses to list or watch, correct spec.resources: " + message))
                    .orElse(deployed);
        }

        /** A denial that the adapter met overrides the reviews: an authorizer may treat both differently. */
        private ConditionValue permissions() {
            return granted.isFalse()
                    ? granted
                    : problems.accessDenied()
                            .map(message -> ConditionValue.ofFalse("AccessDenied", message))
                            .orElse(granted);
        }
    }

    /**
     * The new status of {@code source}.
     *
     * @param eventSource the attribute {@code source} of its events
     * @param now RFC 3339, the transition time of conditions that change
     */
    static ApiServerSourceStatus of(ApiServerSource source, ReconcileResult result, String eventSource, String now) {
        SinkAddress sink = result.sinks().sink() instanceof SinkAddress address ? address : lastAddress(source);
        return new ApiServerSourceStatus(
                source.getMetadata().getGeneration(),
                Stream.of(
                                Conditions.of(conditions(result), conditions(source), now).stream(),
                                delivering(result, conditions(source), now).stream(),
                                replayed(source, result, now).stream())
                        .flatMap(conditions -> conditions)
                        .sorted(Comparator.comparing(Condition::type))
                        .toList(),
                sink == null ? null : sink.uri(),
                sink == null ? null : sink.caCerts(),
                sink == null ? null : sink.audience(),
                source.getSpec().cloudEventTypes().stream()
                        .map(type -> new CloudEventAttributes(type, eventSource))
                        .toList(),
                result.namespaces().names(),
                auth(source, result.sinks()),
                Map.of());
    }

    private static @Nullable AuthStatus auth(ApiServerSource source, Sinks sinks) {
        return sinks.expectToken() ? new AuthStatus(SinkIdentity.name(source)) : null;
    }

    /** While the sink does not resolve, a running adapter keeps the last address, and so does the status. */
    private static @Nullable SinkAddress lastAddress(ApiServerSource source) {
        ApiServerSourceStatus status = source.getStatus();
        return status == null || status.sinkUri() == null
                ? null
                : new SinkAddress(status.sinkUri(), status.sinkCACerts(), status.sinkAudience());
    }

    private static Map<String, ConditionValue> conditions(ReconcileResult result) {
        Map<String, ConditionValue> causesFirst = new LinkedHashMap<>();
        causesFirst.put(SINK_PROVIDED, result.sinks().sinkProvided());
        causesFirst.put(SUFFICIENT_PERMISSIONS, result.permissions());
        causesFirst.put(OIDC_IDENTITY_CREATED, result.sinks().identity());
        causesFirst.put(DEPLOYED, result.working());
        return causesFirst;
    }

    /**
     * A condition that Ready does not depend on, and that exists only while the sink refuses events. The adapter is in
     * order and loses nothing: READY False would make tools roll back a source because of its sink.
     */
    private static Optional<Condition> delivering(ReconcileResult result, List<Condition> previous, String now) {
        return result.problems()
                .sinkRefuses()
                .map(message ->
                        Conditions.warning(DELIVERING, ConditionValue.ofFalse("SinkRefuses", message), previous, now));
    }

    /** A condition that Ready does not depend on, and that exists only while the source asks for a replay. */
    private static Optional<Condition> replayed(ApiServerSource source, ReconcileResult result, String now) {
        List<Condition> previous = conditions(source);
        return Optional.ofNullable(source.getSpec().replay())
                .map(value -> Conditions.info(
                        REPLAYED,
                        result.progress().replayed(value, Conditions.find(previous, REPLAYED)),
                        previous,
                        now));
    }

    /**
     * Whether no watch reports that the condition changes. The Deployment is watched, but a refused one does not exist.
     */
    static boolean isUnwatched(Condition condition) {
        return switch (condition.type()) {
            case Conditions.READY, DELIVERING, REPLAYED -> false;
            case DEPLOYED -> Rollout.REFUSED.equals(condition.reason());
            default -> true;
        };
    }

    /** The conditions in the status of {@code source}, none when it has no status. */
    static List<Condition> conditions(ApiServerSource source) {
        return source.getStatus() == null ? List.of() : source.getStatus().conditions();
    }
}
