package dev.apiserversource.frame.delivery;

import dev.apiserversource.frame.time.Timers;
import io.micrometer.core.instrument.MeterRegistry;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/** Dispatchers for tests of what is pending: their sink is given, so only the limits of their settings matter. */
public final class Dispatchers {

    private Dispatchers() {}

    /** A dispatcher in front of {@code sink} with limits on the pending events and their bytes. */
    public static Dispatcher bounded(Sink sink, int events, int bytes, Timers timers, MeterRegistry registry) {
        DeliverySettings settings = new DeliverySettings(
                SinkAddress.of(URI.create("http://sink")),
                Optional.empty(),
                RetrySettings.defaults(),
                "ns",
                Duration.ofSeconds(1),
                new DeliverySettings.Limits(1, events, bytes));
        return new Dispatcher(sink, settings, timers, registry);
    }
}
