package dev.apiserversource.frame.delivery;

import dev.apiserversource.frame.time.Timers;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.vertx.core.AsyncResult;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.function.ToIntFunction;
import java.util.stream.LongStream;

/** The names of all metrics of delivery. A gauge belongs to whoever registers it first: one pipeline per registry. */
final class DeliveryMeters {

    private static final Duration[] BUCKETS = LongStream.of(
                    5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000, 300_000)
            .mapToObj(Duration::ofMillis)
            .toArray(Duration[]::new);

    private final MeterRegistry registry;
    private final Timer latency;

    DeliveryMeters(MeterRegistry registry) {
        this.registry = registry;
        this.latency = Timer.builder("apiserversource.delivery")
                .description("Time from the hand-over of an event to the 2xx of the sink, retries included")
                .serviceLevelObjectives(BUCKETS)
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

    /** An attempt ended: with a status of 2xx, or as it failed. */
    void attempted(SinkRole role, AsyncResult<Integer> attempt) {
        attempted(role, attempt.succeeded() ? attempt.result().toString() : failure(attempt.cause()));
    }

    private static String failure(Throwable cause) {
        return cause instanceof DeliveryException failure ? failure.result() : "error";
    }

    private void attempted(SinkRole role, String result) {
        Counter.builder("apiserversource.delivery.attempts")
                .description("Attempts by sink and HTTP status, or by what went wrong when there was none")
                .tags("sink", role.label(), "status", result)
                .register(registry)
                .increment();
    }

    void took(Duration duration) {
        latency.record(duration);
    }

    void watch(PendingEvents held, Timers timers) {
        gauge("apiserversource.held.events", "Events without an outcome", held, PendingEvents::count);
        gauge("apiserversource.held.bytes", "Bytes of the events without an outcome", held, PendingEvents::bytes);
        gauge(
                "apiserversource.oldest.unsettled.seconds",
                "Age of the oldest event without an outcome",
                held,
                all -> all.oldestSince()
                        .map(since -> Math.max(
                                0, Duration.between(since, timers.now()).toNanos() / 1e9))
                        .orElse(0.0));
    }

    void watch(Dispatcher dispatcher, List<DeliveryPath> routes) {
        gauge(
                "apiserversource.in.flight",
                "Attempts under way",
                routes,
                all -> sum(all, route -> route.limited().inFlight()));
        gauge(
                "apiserversource.backoff.events",
                "Events that wait before a retry",
                routes,
                all -> sum(all, route -> route.retrying().waiting()));
        gauge(
                "apiserversource.queued.events",
                "Events that wait for the one before of their object, or for a free place in flight",
                dispatcher,
                all -> Math.max(0, all.heldEvents() - sum(routes, DeliveryPath::begun)));
    }

    private static int sum(List<DeliveryPath> routes, ToIntFunction<DeliveryPath> value) {
        return routes.stream().mapToInt(value).sum();
    }

    private <T> void gauge(String name, String description, T owner, ToDoubleFunction<T> value) {
        Gauge.builder(name, owner, value)
                .description(description)
                .strongReference(true)
                .register(registry);
    }
}
