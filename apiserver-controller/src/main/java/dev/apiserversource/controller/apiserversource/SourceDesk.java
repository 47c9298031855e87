package dev.apiserversource.controller.apiserversource;

import dev.apiserversource.controller.api.ApiServerSourceStatus;
import dev.apiserversource.controller.api.Condition;
import dev.apiserversource.controller.api.Destination;
import dev.apiserversource.controller.discovery.Discovery;
import dev.apiserversource.controller.sink.Resolution;
import dev.apiserversource.controller.sink.Resolution.Resolved;
import dev.apiserversource.controller.sink.Resolution.Unresolved;
import dev.apiserversource.controller.sink.SinkAddress;
import dev.apiserversource.controller.sink.SinkResolver;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import org.jspecify.annotations.Nullable;

import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/** One look at one source, whatever group it is of: sink, namespaces, access, Deployment, status. */
final class SourceDesk {

    private final SinkResolver sinks;
    private final NamespaceWatch namespaces;
    private final Discovery discovery;
    private final AccessCheck access;
    private final AdapterObjects adapters;
    private final SourceEvents events;
    private final String eventSource;
    private final Clock clock;

    SourceDesk(
            SinkResolver sinks,
            NamespaceWatch namespaces,
            Discovery discovery,
            AccessCheck access,
            AdapterObjects adapters,
            SourceEvents events,
            String eventSource,
            Clock clock) {
        this.sinks = sinks;
        this.namespaces = namespaces;
        this.discovery = discovery;
        this.access = access;
        this.adapters = adapters;
        this.events = events;
        this.eventSource = eventSource;
        this.clock = clock;
    }

    /** The status that the source has after everything was done for it that can be done now. */
    ApiServerSourceStatus reconcile(Source source, Interests interests, Context<?> context) {
        interests.looking(source);
        Sinks sink = resolve(source);
        NamespaceSelection selection = namespaces.select(source);
        interests.saw(source, selection);
        WatchedKinds watched = WatchedKinds.of(source.spec().resources(), discovery);
        Judgement rights = access.judge(source, watched, selection);
        Judgement deployed = deploy(source, sink, watched, selection, rights, context);
        return status(source, new Findings(sink.verdict(), selection, rights, deployed));
    }

    private Sinks resolve(Source source) {
        return new Sinks(
                sinks.resolve(source.spec().sink(), source.namespace()),
                source.deadLetterSink()
                        .map(destination -> sinks.resolve(destination, source.namespace()))
                        .orElse(null));
    }

    private Judgement deploy(
            Source source,
            Sinks sink,
            WatchedKinds watched,
            NamespaceSelection selection,
            Judgement rights,
            Context<?> context) {
        boolean ready = !rights.isBad() && sink.verdict() instanceof Resolved;
        return ready
                ? adapters.make(
                        new AdapterPlan(source, sink.address(), sink.deadLetterAddress(), watched, selection), context)
                : adapters.leave(source, context);
    }

    private ApiServerSourceStatus status(Source source, Findings findings) {
        String now = clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
        ApiServerSourceStatus status = SourceStatus.of(source, findings, eventSource, now);
        if (lost(status) && !lost(source.status())) {
            events.warning(
                    source,
                    "SinkNotFound",
                    "Sink not found: " + text(source.spec().sink()));
        }
        return status;
    }

    private static boolean lost(@Nullable ApiServerSourceStatus status) {
        Optional<Condition> provided = SourceStatus.find(status, SourceStatus.SINK_PROVIDED);
        return provided.filter(condition -> condition.status().equals(Condition.FALSE))
                .isPresent();
    }

    private static String text(Destination destination) {
        return Serialization.asJson(destination);
    }

    /** The sink and, where there is one, the dead letter sink. */
    private record Sinks(Resolution sink, @Nullable Resolution deadLetter) {

        /** The sink, unless the other is the trouble. */
        Resolution verdict() {
            return sink instanceof Resolved && deadLetter instanceof Unresolved trouble
                    ? new Unresolved(trouble.reason(), "spec.delivery.deadLetterSink: " + trouble.message())
                    : sink;
        }

        SinkAddress address() {
            return ((Resolved) sink).address();
        }

        @Nullable
        SinkAddress deadLetterAddress() {
            return deadLetter instanceof Resolved resolved ? resolved.address() : null;
        }
    }
}
