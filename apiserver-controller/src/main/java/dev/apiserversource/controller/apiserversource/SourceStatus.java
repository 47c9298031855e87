package dev.apiserversource.controller.apiserversource;

import dev.apiserversource.controller.api.ApiServerSourceStatus;
import dev.apiserversource.controller.api.ApiServerSourceStatus.CloudEventAttributes;
import dev.apiserversource.controller.api.Condition;
import dev.apiserversource.controller.sink.SinkAddress;
import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** The status that findings make: a pure function of them, of the status before, and of the time. */
final class SourceStatus {

    static final String READY = "Ready";
    static final String SINK_PROVIDED = "SinkProvided";
    static final String DEPLOYED = "Deployed";
    static final String SUFFICIENT_PERMISSIONS = "SufficientPermissions";
    static final String OIDC_IDENTITY_CREATED = "OIDCIdentityCreated";

    private SourceStatus() {}

    /**
     * The status of {@code source}.
     *
     * @param eventSource the attribute {@code source} of its events
     * @param now RFC 3339, given to the conditions that change
     */
    static ApiServerSourceStatus of(Source source, Findings findings, String eventSource, String now) {
        SinkAddress sink = findings.address();
        return new ApiServerSourceStatus(
                source.generation(),
                conditions(source.status(), findings, now),
                sink == null ? null : sink.uri(),
                sink == null ? null : sink.caCerts(),
                sink == null ? null : sink.audience(),
                source.spec().eventTypes().stream()
                        .map(type -> new CloudEventAttributes(type, eventSource))
                        .toList(),
                findings.namespaces().names(),
                null,
                Map.of());
    }

    private static List<Condition> conditions(@Nullable ApiServerSourceStatus before, Findings findings, String now) {
        SortedMap<String, Judgement> judgements = new TreeMap<>(Map.of(
                SINK_PROVIDED, findings.sinkProvided(),
                DEPLOYED, findings.deployed(),
                SUFFICIENT_PERMISSIONS, findings.access(),
                OIDC_IDENTITY_CREATED, Judgement.good("Disabled", "events are sent without a token")));
        judgements.put(READY, ready(findings));
        return judgements.entrySet().stream()
                .map(judged -> condition(judged.getKey(), judged.getValue(), before, now))
                .toList();
    }

    /** Good when all are; else as the first that is bad, else as the first that cannot be told; the cause before its consequence. */
    private static Judgement ready(Findings findings) {
        List<Judgement> causesFirst = List.of(findings.sinkProvided(), findings.access(), findings.deployed());
        return causesFirst.stream()
                .filter(Judgement::isBad)
                .findFirst()
                .or(() -> causesFirst.stream()
                        .filter(judgement -> !judgement.isGood())
                        .findFirst())
                .orElse(Judgement.GOOD);
    }

    private static Condition condition(
            String type, Judgement judged, @Nullable ApiServerSourceStatus before, String now) {
        String since = find(before, type)
                .filter(old -> old.status().equals(judged.status()))
                .map(Condition::lastTransitionTime)
                .orElse(now);
        return new Condition(type, judged.status(), null, given(judged.reason()), given(judged.message()), since);
    }

    static Optional<Condition> find(@Nullable ApiServerSourceStatus status, String type) {
        return status == null
                ? Optional.empty()
                : status.conditions().stream()
                        .filter(condition -> condition.type().equals(type))
                        .findFirst();
    }

    private static @Nullable String given(String text) {
        return text.isEmpty() ? null : text;
    }
}
