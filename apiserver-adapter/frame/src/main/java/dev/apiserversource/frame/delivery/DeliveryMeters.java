package dev.apiserversource.frame.delivery;

import dev.apiserversource.frame.time.Timers;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.vertx.core.AsyncResult;

import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import java.util.stream.LongStream;

/** The metrics of delivery. One dispatcher per registry, because a gauge keeps the owner that registered it first. */
final class DeliveryMeters {

    private static final Duration[] BUCKETS = LongStream.of(
                    5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000, 300_000)
            .mapToObj(Duration::ofMillis)
            .toArray(Duration[]::new);

    private final MeterRegistry registry;
    private final Timer latency;
    private final Counter superseded;

    /** Looking a counter up in the registry costs more than counting. */
    private final Map<OutcomeKey, Counter> outcomes = new HashMap<>();

    private final Map<AttemptKey, Counter> attempts = new HashMap<>();

    private record OutcomeKey(String type, Outcome outcome) {}

    private record AttemptKey(SinkAddress.Role role, String status) {}

    DeliveryMeters(MeterRegistry registry) {
        this.registry = registry;
        this.latency = Timer.builder("apiserversource.delivery")
                .description("Time to the sink's 2xx, retries included; starts after earlier events of the object")
                .serviceLevelObjectives(BUCKETS)
                .register(registry);
        this.superseded = Counter.builder("apiserversource.events.superseded")
                .description("Events that were not sent, because a newer one of their object was accepted instead")
                .register(registry);
    }

    /**
     * Measures {@code apiserversource_delivery_seconds} around {@code next}. The dispatcher calls {@code next} when all
     * earlier events of the key have an outcome, so the wait behind them is not included. Waits for a slot in flight,
     * for the send permit and in backoff are.
     */
    Sink timed(Sink next, Timers timers) {
        return event -> {
            Duration begin = timers.uptime();
            return next.deliver(event)
                    .onSuccess(delivered -> latency.record(timers.uptime().minus(begin)));
        };
    }

    /** An event that was superseded is counted apart: it was never sent. */
    void countOutcome(String type, Outcome outcome) {
        if (outcome == Outcome.SUPERSEDED) {
            superseded.increment();
            return;
        }
        outcomes.computeIfAbsent(new OutcomeKey(type, outcome), this::counter).increment();
    }

    private Counter counter(OutcomeKey key) {
        return Counter.builder("apiserversource.events")
                .description("Events by type and outcome")
                .tags("type", key.type(), "result", key.outcome().name().toLowerCase(Locale.ROOT))
                .register(registry);
    }

    /** Counts an attempt by its 2xx status or its failure. */
    void countAttempt(SinkAddress.Role role, AsyncResult<Integer> attempt) {
        attempts.computeIfAbsent(new AttemptKey(role, status(attempt)), this::counter)
                .increment();
    }

    private Counter counter(AttemptKey key) {
        return Counter.builder("apiserversource.delivery.attempts")
                .description("Attempts by sink and HTTP status, or by the failure without one")
                .tags("sink", key.role().label(), "status", key.status())
                .register(registry);
    }

    private static String status(AsyncResult<Integer> attempt) {
        if (attempt.succeeded()) {
            return attempt.result().toString();
        }
        return attempt.cause() instanceof DeliveryException failure ? failure.result() : "error";
    }

    void registerPending(PendingEvents pending, Timers timers) {
        gauge("apiserversource.pending.events", "Events without an outcome", pending::count);
        gauge("apiserversource.pending.bytes", "Bytes of the events without an outcome", pending::bytes);
        gauge(
                "apiserversource.oldest.pending.seconds",
                "Age of the oldest event without an outcome",
                () -> pending.oldestAge(timers.uptime()).toNanos() / 1e9);
    }

    /** Registers the gauges that split the pending events into in flight, in backoff, and queued. */
    void registerAttempts(IntSupplier pending, IntSupplier inFlight, IntSupplier inBackoff) {
        gauge(
                "apiserversource.in.flight",
                "Attempts in flight, including those that wait for the send permit",
                inFlight::getAsInt);
        gauge("apiserversource.backoff.events", "Events that wait for a retry", inBackoff::getAsInt);
        gauge(
                "apiserversource.queued.events",
                "Events that wait for an earlier event of their object, or for a slot in flight",
                () -> Math.max(0, pending.getAsInt() - inFlight.getAsInt() - inBackoff.getAsInt()));
    }

    private void gauge(String name, String description, Supplier<Number> value) {
        Gauge.builder(name, value).description(description).register(registry);
    }
}
