package dev.apiserversource.controller.sink;

import dev.apiserversource.controller.sink.SinkResolver.Resolution;
import dev.apiserversource.controller.sink.SinkResolver.SinkAddress;
import dev.apiserversource.controller.sink.SinkResolver.Unresolved;
import dev.apiserversource.controller.status.ConditionValue;

import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** What the resolution of its sinks means for the conditions of a source. */
public final class SinkConditions {

    /** The condition OIDCIdentityCreated of a source none of whose sinks has an audience. */
    public static final ConditionValue NO_TOKEN_NEEDED =
            ConditionValue.ofTrue("Disabled", "events are sent without a token: no sink has an audience");

    private SinkConditions() {}

    /** True while the sink of a source has an address. */
    public static ConditionValue provided(Resolution sink) {
        return sink instanceof SinkAddress address
                ? otherVersion(address)
                : ConditionValue.ofFalse(((Unresolved) sink).reason(), ((Unresolved) sink).message());
    }

    private static ConditionValue otherVersion(SinkAddress sink) {
        return sink.servedApiVersion() == null
                ? ConditionValue.TRUE
                : ConditionValue.ofTrue(
                        "OtherVersion",
                        "the API server does not serve the version in spec.sink.ref; the sink was found in "
                                + sink.servedApiVersion() + ": name that version");
    }

    /** The audience of the first of the sinks that expects a token; empty when none does. */
    public static Optional<String> audience(Stream<Resolution> sinks) {
        return sinks.filter(SinkAddress.class::isInstance)
                .map(resolution -> ((SinkAddress) resolution).audience())
                .filter(Objects::nonNull)
                .filter(audience -> !audience.isEmpty())
                .findFirst();
    }
}
