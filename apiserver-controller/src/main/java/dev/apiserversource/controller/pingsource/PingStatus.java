package dev.apiserversource.controller.pingsource;

import dev.apiserversource.controller.api.ApiServerSourceStatus;
import dev.apiserversource.controller.api.ApiServerSourceStatus.AuthStatus;
import dev.apiserversource.controller.api.ApiServerSourceStatus.CloudEventAttributes;
import dev.apiserversource.controller.api.Condition;
import dev.apiserversource.controller.api.PingSource;
import dev.apiserversource.controller.identity.SinkIdentity;
import dev.apiserversource.controller.sink.SinkConditions;
import dev.apiserversource.controller.sink.SinkResolver.Resolution;
import dev.apiserversource.controller.sink.SinkResolver.SinkAddress;
import dev.apiserversource.controller.sink.SinkResolver.Unresolved;
import dev.apiserversource.controller.status.ConditionValue;
import dev.apiserversource.controller.status.Conditions;
import dev.apiserversource.controller.status.Rollout;
import org.jspecify.annotations.Nullable;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The status of a source: a pure function of its sinks, the Deployment, the previous status and the time. The adapter
 * reads the addresses in it.
 */
final class PingStatus {

    static final String SINK_PROVIDED = "SinkProvided";
    static final String DEPLOYED = "Deployed";
    static final String OIDC_IDENTITY_CREATED = "OIDCIdentityCreated";

    /** Annotations of the status, which the adapter reads. */
    static final String DEAD_LETTER_SINK_URI = "deadLetterSinkUri";

    static final String DEAD_LETTER_SINK_CA_CERTS = "deadLetterSinkCACerts";
    static final String DEAD_LETTER_SINK_AUDIENCE = "deadLetterSinkAudience";

    private static final String EVENT_TYPE = "dev.knative.sources.ping";

    private PingStatus() {}

    /**
     * The sink of a source and, if it has one, its dead letter sink, both resolved.
     *
     * @param identity the condition OIDCIdentityCreated: whether the source can authenticate itself to them
     */
    record Sinks(Resolution sink, @Nullable Resolution deadLetterSink, ConditionValue identity) {

        /** Sinks that expect no token, or whose identity is not ensured yet. */
        Sinks(Resolution sink, @Nullable Resolution deadLetterSink) {
            this(sink, deadLetterSink, SinkConditions.NO_TOKEN_NEEDED);
        }

        Sinks withIdentity(ConditionValue ensured) {
            return new Sinks(sink, deadLetterSink, ensured);
        }

        /** The sink has an address, and so has the dead letter sink. */
        ConditionValue provided() {
            ConditionValue provided = SinkConditions.provided(sink);
            return provided.isTrue() && deadLetterSink instanceof Unresolved unresolved
                    ? ConditionValue.ofFalse(
                            unresolved.reason(), "spec.delivery.deadLetterSink: " + unresolved.message())
                    : provided;
        }

        /** Whether one of them has an audience. */
        boolean expectToken() {
            return SinkConditions.audience(Stream.concat(Stream.of(sink), Stream.ofNullable(deadLetterSink)))
                    .isPresent();
        }

        private boolean canSend() {
            return provided().isTrue() && identity.isTrue();
        }

        private Map<String, String> deadLetterAddress() {
            Map<String, String> address = new TreeMap<>();
            if (deadLetterSink instanceof SinkAddress resolved) {
                address.put(DEAD_LETTER_SINK_URI, resolved.uri());
                if (resolved.caCerts() != null) {
                    address.put(DEAD_LETTER_SINK_CA_CERTS, resolved.caCerts());
                }
                if (resolved.audience() != null) {
                    address.put(DEAD_LETTER_SINK_AUDIENCE, resolved.audience());
                }
            }
            return address;
        }
    }

    /**
     * The new status. While a sink does not resolve, the last addresses stay: the adapter retries, and nothing that is
     * pending is lost.
     *
     * @param now RFC 3339, the transition time of conditions that change
     */
    static ApiServerSourceStatus of(PingSource source, Sinks sinks, ConditionValue deployed, String now) {
        Map<String, ConditionValue> causesFirst = new LinkedHashMap<>();
        causesFirst.put(SINK_PROVIDED, sinks.provided());
        causesFirst.put(OIDC_IDENTITY_CREATED, sinks.identity());
        causesFirst.put(DEPLOYED, deployed);
        List<Condition> conditions = Conditions.of(causesFirst, conditions(source), now);
        Long generation = source.getMetadata().getGeneration();
        if (!sinks.canSend()) {
            return ApiServerSourceStatus.withConditions(source.getStatus(), generation, conditions);
        }
        SinkAddress sink = (SinkAddress) sinks.sink();
        return new ApiServerSourceStatus(
                generation,
                conditions,
                sink.uri(),
                sink.caCerts(),
                sink.audience(),
                List.of(attributes(source)),
                List.of(),
                sinks.expectToken() ? new AuthStatus(SinkIdentity.name(source)) : null,
                sinks.deadLetterAddress());
    }

    private static CloudEventAttributes attributes(PingSource source) {
        return new CloudEventAttributes(
                EVENT_TYPE,
                "/apis/v1/namespaces/" + source.getMetadata().getNamespace() + "/pingsources/"
                        + source.getMetadata().getName());
    }

    /** Whether no watch reports that the condition changes. */
    static boolean isUnwatched(Condition condition) {
        return switch (condition.type()) {
            case Conditions.READY -> false;
            case DEPLOYED -> Rollout.REFUSED.equals(condition.reason());
            default -> true;
        };
    }

    /** The conditions in the status of {@code source}, none when it has no status. */
    static List<Condition> conditions(PingSource source) {
        return source.getStatus() == null ? List.of() : source.getStatus().conditions();
    }
}
