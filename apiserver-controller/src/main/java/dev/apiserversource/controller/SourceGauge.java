package dev.apiserversource.controller;

import dev.apiserversource.controller.api.ApiServerSourceStatus;
import dev.apiserversource.controller.api.Condition;
import dev.apiserversource.controller.api.SourceResource;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import org.jspecify.annotations.Nullable;

import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The number of sources by kind, condition and status, for an alert on sources that are not ready. */
final class SourceGauge {

    /** A source that was never reconciled. */
    private static final Condition NOT_RECONCILED = new Condition("Ready", Condition.UNKNOWN, null, null, null, null);

    private final MultiGauge gauge;

    SourceGauge(MeterRegistry registry) {
        this.gauge = MultiGauge.builder("apiserversource.controller.sources")
                .description("sources by the status of each condition")
                .register(registry);
    }

    /** Counts {@code sources} anew. To be called before each scrape. */
    void update(Stream<SourceResource<?>> sources) {
        Map<Tags, Long> counts = sources.flatMap(SourceGauge::tags)
                .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
        gauge.register(
                counts.entrySet().stream()
                        .map(count -> MultiGauge.Row.of(count.getKey(), count.getValue()))
                        .toList(),
                true);
    }

    private static Stream<Tags> tags(SourceResource<?> source) {
        return conditions(source.getStatus())
                .map(condition ->
                        Tags.of("kind", source.getKind(), "condition", condition.type(), "status", condition.status()));
    }

    private static Stream<Condition> conditions(@Nullable ApiServerSourceStatus status) {
        return status == null || status.conditions().isEmpty()
                ? Stream.of(NOT_RECONCILED)
                : status.conditions().stream();
    }
}
