package dev.apiserversource.adapter.delivery;

import dev.apiserversource.adapter.time.Timers;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;

import java.time.Duration;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** The names of all metrics of delivery. A gauge belongs to whoever registers it first: one pipeline per registry. */
final class DeliveryMeters {

    private final MeterRegistry registry;
    private final Timer latency;

    DeliveryMeters(MeterRegistry registry) {
        this.registry = registry;
        this.latency = Timer.builder("apiserversource.delivery")
                .description("Time from the hand-over of an event to its outcome, retries included")
                .publishPercentileHistogram()
                .register(registry);
    }

    void ended(String type, Outcome outcome) {
        String result = outcome.name().toLowerCase(Locale.ROOT);
        Counter.builder("apiserversource.events")
                .description("Events by type and outcome")
                .tags("type", type, "result", result)
                .register(registry)
                .increment();
    }

    void attempted(String result) {
        Counter.builder("apiserversource.delivery.attempts")
                .description("Attempts by HTTP status, or by what went wrong when there was none")
                .tags("status", result)
                .register(registry)
                .increment();
    }

    void took(Duration duration) {
        latency.record(duration);
    }

    void watch(HeldEvents held, Timers timers) {
        gauge("apiserversource.held.events", "Events without an outcome", held, HeldEvents::count);
        gauge("apiserversource.held.bytes", "Bytes of the events without an outcome", held, HeldEvents::bytes);
        gauge(
                "apiserversource.oldest.unsettled.seconds",
                "Age of the oldest event without an outcome",
                held,
                all -> all.oldestSince()
                        .map(since -> Duration.between(since, timers.now()).toNanos() / 1e9)
                        .orElse(0.0));
    }

    <T> void gauge(String name, String description, T owner, ToDoubleFunction<T> value) {
        Gauge.builder(name, owner, value)
                .description(description)
                .strongReference(true)
                .register(registry);
    }
}
