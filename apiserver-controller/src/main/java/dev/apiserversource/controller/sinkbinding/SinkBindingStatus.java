package dev.apiserversource.controller.sinkbinding;

import dev.apiserversource.controller.api.ApiServerSourceStatus;
import dev.apiserversource.controller.api.Condition;
import dev.apiserversource.controller.api.SinkBinding;
import dev.apiserversource.controller.sink.SinkConditions;
import dev.apiserversource.controller.sink.SinkEnvironment;
import dev.apiserversource.controller.sink.SinkResolver.Resolution;
import dev.apiserversource.controller.sink.SinkResolver.SinkAddress;
import dev.apiserversource.controller.status.ConditionValue;
import dev.apiserversource.controller.status.Conditions;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** The status of a SinkBinding: a pure function of sink, result, the previous status and the time. */
final class SinkBindingStatus {

    static final String SINK_PROVIDED = "SinkProvided";
    static final String SINK_BINDING_AVAILABLE = "SinkBindingAvailable";

    /** Where the admission policy reads the value of {@code K_CE_OVERRIDES}: CEL cannot write JSON. */
    static final String OVERRIDES = "apiserversource.dev/ce-overrides";

    private SinkBindingStatus() {}

    /**
     * The new status.
     *
     * @param available whether the workloads have the sink
     * @param now RFC 3339, the transition time of conditions that change
     */
    static ApiServerSourceStatus of(SinkBinding binding, Resolution sink, ConditionValue available, String now) {
        Map<String, ConditionValue> causesFirst = new LinkedHashMap<>();
        causesFirst.put(SINK_PROVIDED, sinkProvided(sink));
        causesFirst.put(SINK_BINDING_AVAILABLE, available);
        ApiServerSourceStatus status = ApiServerSourceStatus.withConditions(
                binding.getStatus(),
                binding.getMetadata().getGeneration(),
                Conditions.of(causesFirst, conditions(binding), now));
        // While the sink does not resolve, the workloads keep the last address, and new ones get it.
        return sink instanceof SinkAddress address
                ? status.withSink(address.uri(), address.caCerts(), address.audience())
                        .withAnnotations(annotations(binding))
                : status;
    }

    /** The address in the status; empty while there is none. */
    static Optional<SinkAddress> address(SinkBinding binding) {
        return Optional.ofNullable(binding.getStatus())
                .filter(status -> status.sinkUri() != null)
                .map(status -> new SinkAddress(
                        Objects.requireNonNull(status.sinkUri()), status.sinkCACerts(), status.sinkAudience()));
    }

    private static Map<String, String> annotations(SinkBinding binding) {
        String overrides = SinkEnvironment.overrides(binding.getSpec().ceOverrides());
        return overrides.isEmpty() ? Map.of() : Map.of(OVERRIDES, overrides);
    }

    /** The condition {@link #SINK_PROVIDED}: the sink has an address, and expects no token. */
    static ConditionValue sinkProvided(Resolution sink) {
        ConditionValue identity = SinkConditions.identity(Stream.of(sink));
        return identity.isTrue() ? SinkConditions.provided(sink) : identity;
    }

    /** The conditions in the status, none when there is no status. */
    static List<Condition> conditions(SinkBinding binding) {
        return binding.getStatus() == null ? List.of() : binding.getStatus().conditions();
    }
}
