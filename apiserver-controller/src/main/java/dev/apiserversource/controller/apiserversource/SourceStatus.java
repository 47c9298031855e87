package dev.apiserversource.controller.apiserversource;

import dev.apiserversource.controller.api.ApiServerSource;
import dev.apiserversource.controller.api.ApiServerSourceStatus;
import dev.apiserversource.controller.api.ApiServerSourceStatus.CloudEventAttributes;
import dev.apiserversource.controller.api.Condition;
import dev.apiserversource.controller.namespaces.NamespaceSelection;
import dev.apiserversource.controller.sink.SinkResolver.Resolution;
import dev.apiserversource.controller.sink.SinkResolver.SinkAddress;
import dev.apiserversource.controller.sink.SinkResolver.Unresolved;
import dev.apiserversource.controller.status.ConditionValue;
import dev.apiserversource.controller.status.Conditions;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The status of a source: a pure function of the result of a reconciliation, the previous status and the time. */
final class SourceStatus {

    static final String SINK_PROVIDED = "SinkProvided";
    static final String DEPLOYED = "Deployed";
    static final String SUFFICIENT_PERMISSIONS = "SufficientPermissions";
    static final String OIDC_IDENTITY_CREATED = "OIDCIdentityCreated";

    /** The reason of {@link #DEPLOYED} when the API server refuses what the adapter needs. */
    static final String REFUSED = "Refused";

    private SourceStatus() {}

    /**
     * The result of a reconciliation.
     *
     * @param sink the resolved sink; the dead letter sink's problem if that does not resolve
     * @param namespaces the watched namespaces
     * @param permissions the condition SufficientPermissions
     * @param deployed the condition Deployed
     */
    record ReconcileResult(
            Resolution sink, NamespaceSelection namespaces, ConditionValue permissions, ConditionValue deployed) {

        private ConditionValue sinkProvided() {
            return sink instanceof Unresolved unresolved
                    ? ConditionValue.ofFalse(unresolved.reason(), unresolved.message())
                    : ConditionValue.TRUE;
        }
    }

    /**
     * The new status of {@code source}.
     *
     * @param eventSource the attribute {@code source} of its events
     * @param now RFC 3339, the transition time of conditions that change
     */
    static ApiServerSourceStatus of(ApiServerSource source, ReconcileResult result, String eventSource, String now) {
        Optional<SinkAddress> sink =
                result.sink() instanceof SinkAddress address ? Optional.of(address) : Optional.empty();
        return new ApiServerSourceStatus(
                source.getMetadata().getGeneration(),
                Conditions.of(conditions(result), conditions(source), now),
                sink.map(SinkAddress::uri).orElse(null),
                sink.map(SinkAddress::caCerts).orElse(null),
                sink.map(SinkAddress::audience).orElse(null),
                source.getSpec().eventTypes().stream()
                        .map(type -> new CloudEventAttributes(type, eventSource))
                        .toList(),
                result.namespaces().names(),
                null,
                Map.of());
    }

    private static Map<String, ConditionValue> conditions(ReconcileResult result) {
        Map<String, ConditionValue> causesFirst = new LinkedHashMap<>();
        causesFirst.put(SINK_PROVIDED, result.sinkProvided());
        causesFirst.put(SUFFICIENT_PERMISSIONS, result.permissions());
        causesFirst.put(DEPLOYED, result.deployed());
        causesFirst.put(OIDC_IDENTITY_CREATED, ConditionValue.ofTrue("Disabled", "events are sent without a token"));
        return causesFirst;
    }

    /**
     * Whether no watch reports that the condition changes. The Deployment is watched, but a refused one does not exist.
     */
    static boolean isUnwatched(Condition condition) {
        return switch (condition.type()) {
            case Conditions.READY -> false;
            case DEPLOYED -> REFUSED.equals(condition.reason());
            default -> true;
        };
    }

    /** The conditions in the status of {@code source}, none when it has no status. */
    static List<Condition> conditions(ApiServerSource source) {
        return source.getStatus() == null ? List.of() : source.getStatus().conditions();
    }
}
