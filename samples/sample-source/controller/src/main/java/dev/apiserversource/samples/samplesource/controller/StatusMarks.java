package dev.apiserversource.samples.samplesource.controller;

import dev.apiserversource.samples.samplesource.controller.SampleSource.Condition;
import dev.apiserversource.samples.samplesource.controller.SampleSource.Status;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** Makes the status of a SampleSource from what was observed. A condition is Unknown until it is marked. */
final class StatusMarks {

    static final String READY = "Ready";
    private static final String SINK_PROVIDED = "SinkProvided";
    private static final String DEPLOYED = "Deployed";

    private final SampleSource source;
    private final Instant now;
    private final Map<String, Condition> conditions = new LinkedHashMap<>();
    private @Nullable String sinkUri;

    StatusMarks(SampleSource source, Instant now) {
        this.source = source;
        this.now = now;
        mark(SINK_PROVIDED, "Unknown", "SinkNotResolved", "The SinkBinding is not reconciled yet.");
        mark(DEPLOYED, "Unknown", "DeploymentUnavailable", "The Deployment is created once the sink is known.");
    }

    private void mark(String type, String status, @Nullable String reason, @Nullable String message) {
        String since = conditions(source)
                .filter(before -> before.type().equals(type) && before.status().equals(status))
                .findFirst()
                .map(Condition::lastTransitionTime)
                .orElse(now.toString());
        conditions.put(type, new Condition(type, status, reason, message, since));
    }

    /** Marks the sink as the SinkBinding reports it; returns whether it has an address. */
    boolean markSink(GenericKubernetesResource binding) {
        Number observed = binding.get("status", "observedGeneration");
        List<Map<String, String>> found = binding.get("status", "conditions");
        boolean current = observed != null
                && observed.longValue() == binding.getMetadata().getGeneration();
        Optional<Map<String, String>> provided = Optional.ofNullable(found).stream()
                .filter(any -> current)
                .flatMap(List::stream)
                .filter(condition -> SINK_PROVIDED.equals(condition.get("type")))
                .findFirst();
        provided.ifPresent(condition -> mark(
                SINK_PROVIDED,
                condition.getOrDefault("status", "Unknown"),
                condition.get("reason"),
                condition.get("message")));
        sinkUri = provided.isPresent() ? binding.get("status", "sinkUri") : null;
        return sinkUri != null;
    }

    /** Marks whether the Deployment is available, as its controller reports it. */
    void propagateAvailability(Deployment deployment) {
        boolean available = deployment.getStatus() != null
                && Objects.equals(
                        deployment.getStatus().getObservedGeneration(),
                        deployment.getMetadata().getGeneration())
                && deployment.getStatus().getConditions().stream()
                        .anyMatch(condition -> condition.getType().equals("Available")
                                && condition.getStatus().equals("True"));
        String name = deployment.getMetadata().getName();
        mark(
                DEPLOYED,
                available ? "True" : "Unknown",
                available ? null : "DeploymentUnavailable",
                available ? null : "The Deployment '" + name + "' is unavailable.");
    }

    /** Marks that the Deployment or the SinkBinding could not be written. */
    void markFailed(String message) {
        mark(DEPLOYED, "False", "ReconcileFailed", message);
    }

    /** The status: ready when every condition is True, else Ready repeats the first that is False, or is Unknown. */
    Status status() {
        conditions.values().stream()
                .filter(condition -> condition.status().equals("False"))
                .findFirst()
                .or(() -> conditions.values().stream()
                        .filter(condition -> !condition.status().equals("True"))
                        .findFirst())
                .ifPresentOrElse(
                        cause -> mark(READY, cause.status(), cause.reason(), cause.message()),
                        () -> mark(READY, "True", null, null));
        return new Status(source.getMetadata().getGeneration(), List.copyOf(conditions.values()), sinkUri);
    }

    static boolean isReady(Status status) {
        return conditions(status)
                .anyMatch(condition ->
                        condition.type().equals(READY) && condition.status().equals("True"));
    }

    private static Stream<Condition> conditions(SampleSource source) {
        return source.getStatus() == null ? Stream.empty() : conditions(source.getStatus());
    }

    private static Stream<Condition> conditions(Status status) {
        return status.conditions() == null ? Stream.empty() : status.conditions().stream();
    }
}
