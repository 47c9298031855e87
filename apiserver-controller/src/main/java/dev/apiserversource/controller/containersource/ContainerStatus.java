package dev.apiserversource.controller.containersource;

import dev.apiserversource.controller.api.ApiServerSourceStatus;
import dev.apiserversource.controller.api.ApiServerSourceStatus.AuthStatus;
import dev.apiserversource.controller.api.Condition;
import dev.apiserversource.controller.api.ContainerSource;
import dev.apiserversource.controller.identity.SinkIdentity;
import dev.apiserversource.controller.sink.SinkConditions;
import dev.apiserversource.controller.sink.SinkResolver.Resolution;
import dev.apiserversource.controller.sink.SinkResolver.SinkAddress;
import dev.apiserversource.controller.status.ConditionValue;
import dev.apiserversource.controller.status.Conditions;
import dev.apiserversource.controller.status.Rollout;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** The status of a source: a pure function of sink, Deployment, the previous status and the time. */
final class ContainerStatus {

    /** Knative binds the sink by a SinkBinding of its own; here the Deployment is made with the variables. */
    static final String SINK_BINDING_READY = "SinkBindingReady";

    static final String RECEIVE_ADAPTER_READY = "ReceiveAdapterReady";

    /** The reason of {@link #RECEIVE_ADAPTER_READY} while a Deployment of that name belongs to another owner. */
    static final String NOT_OWNED = "NotOwned";

    /** The reason of {@link #RECEIVE_ADAPTER_READY} until the Deployment of Knative's controller can be applied. */
    static final String TAKING_OVER = "TakingOver";

    /** Reasons of {@link #RECEIVE_ADAPTER_READY} that the Deployment, which is watched, does not have. */
    private static final Set<String> UNWATCHED = Set.of(Rollout.REFUSED, NOT_OWNED, TAKING_OVER);

    private ContainerStatus() {}

    /**
     * The new status.
     *
     * @param now RFC 3339, the transition time of conditions that change
     */
    static ApiServerSourceStatus of(ContainerSource source, Sink sink, ConditionValue deployed, String now) {
        Map<String, ConditionValue> causesFirst = new LinkedHashMap<>();
        causesFirst.put(SINK_BINDING_READY, sink.bindingReady());
        causesFirst.put(RECEIVE_ADAPTER_READY, deployed);
        ApiServerSourceStatus status = ApiServerSourceStatus.withConditions(
                source.getStatus(),
                source.getMetadata().getGeneration(),
                Conditions.of(causesFirst, conditions(source), now));
        // While the sink does not resolve, running containers keep the last address, and so does the status.
        return sink.resolution() instanceof SinkAddress address
                ? status.withSink(address.uri(), address.caCerts(), address.audience())
                        .withAuth(sink.audience().isPresent() ? new AuthStatus(SinkIdentity.name(source)) : null)
                : status;
    }

    /**
     * The sink of a source.
     *
     * @param resolution its address, or why there is none
     * @param token whether the containers have the token that it expects
     */
    record Sink(Resolution resolution, ConditionValue token) {

        /** A sink that expects no token, or whose token is not ensured yet. */
        Sink(Resolution resolution) {
            this(resolution, SinkConditions.NO_TOKEN_NEEDED);
        }

        Sink withToken(ConditionValue ensured) {
            return new Sink(resolution, ensured);
        }

        /** The audience of the token that it expects. */
        Optional<String> audience() {
            return SinkConditions.audience(Stream.of(resolution));
        }

        /** The condition {@link #SINK_BINDING_READY}: the sink has an address, and the token that it expects. */
        ConditionValue bindingReady() {
            return token.isTrue() ? SinkConditions.provided(resolution) : token;
        }
    }

    /** Whether no watch reports that the condition changes. */
    static boolean isUnwatched(Condition condition) {
        return switch (condition.type()) {
            case Conditions.READY -> false;
            case RECEIVE_ADAPTER_READY -> condition.reason() != null && UNWATCHED.contains(condition.reason());
            default -> true;
        };
    }

    /** The conditions in the status of {@code source}, none when it has no status. */
    static List<Condition> conditions(ContainerSource source) {
        return source.getStatus() == null ? List.of() : source.getStatus().conditions();
    }
}
