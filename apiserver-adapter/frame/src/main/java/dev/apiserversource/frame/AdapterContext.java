package dev.apiserversource.frame;

import dev.apiserversource.frame.delivery.Delivery;
import dev.apiserversource.frame.delivery.DeliverySettings;
import dev.apiserversource.frame.delivery.Dispatcher;
import dev.apiserversource.frame.leader.Fence;
import dev.apiserversource.frame.time.Timers;
import io.fabric8.kubernetes.client.Config;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Vertx;

import java.util.function.Consumer;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/**
 * What the frame gives to a {@link SourceAdapter}.
 *
 * @param process what belongs to the process
 * @param kubernetes address and credentials of the API server
 * @param dispatcher delivers events to the sink
 * @param sinks opens a sink of its own for some events; for sources that deliver to more than one
 * @param fence to be asked before a write that only the leader may make
 * @param fatal ends the process at once, with a reason for people
 */
public record AdapterContext(
        ProcessResources process,
        Config kubernetes,
        Dispatcher dispatcher,
        Function<DeliverySettings, Delivery.OpenSink> sinks,
        Fence fence,
        Consumer<String> fatal) {

    /**
     * What belongs to the process. A source uses it on the event loop that created the source, and on no other thread.
     *
     * @param vertx runs the event loop
     * @param timers the clock and timers
     * @param random for jitter
     * @param registry for meters
     */
    public record ProcessResources(Vertx vertx, Timers timers, RandomGenerator random, MeterRegistry registry) {}
}
