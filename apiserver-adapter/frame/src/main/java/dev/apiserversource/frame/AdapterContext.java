package dev.apiserversource.frame;

import dev.apiserversource.frame.config.FrameConfig;
import dev.apiserversource.frame.delivery.Delivery;
import dev.apiserversource.frame.delivery.DeliverySettings;
import dev.apiserversource.frame.delivery.Dispatcher;
import dev.apiserversource.frame.delivery.Outcome;
import dev.apiserversource.frame.leader.Fence;
import dev.apiserversource.frame.time.Timers;
import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.fabric8.kubernetes.client.Config;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;

import java.time.ZoneOffset;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/**
 * What the frame gives to a {@link SourceAdapter}. It is used on the event loop of the source, and on no other thread.
 *
 * @param config name, namespace and the other settings that every source has
 * @param process what belongs to the process
 * @param kubernetes address and credentials of the API server
 * @param dispatcher delivers events to the sink
 * @param sinks opens a sink of its own for some events; for sources that deliver to more than one
 * @param fence to be asked before a write that only the leader may make
 * @param fatal ends the process at once, with a reason for people
 */
public record AdapterContext(
        FrameConfig config,
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

    /**
     * Delivers an event with the attributes of {@code K_CE_OVERRIDES}, and with the present time if it has none. Order
     * is kept among the events of one subject, and among those without one. To keep order by another key, or to have no
     * overrides, use {@link #dispatcher}.
     *
     * <p>The event is accepted with or without capacity. A source that can produce faster than its sink takes events
     * waits for {@link Dispatcher#whenCapacity} before each one, so its memory stays bounded.
     *
     * @return how the delivery ended; never fails
     */
    public Future<Outcome> dispatch(CloudEvent event) {
        return dispatcher.dispatch(Objects.requireNonNullElse(event.getSubject(), ""), completed(event));
    }

    private CloudEvent completed(CloudEvent event) {
        CloudEventBuilder completed = CloudEventBuilder.from(event);
        if (event.getTime() == null) {
            completed.withTime(process.timers().now().atOffset(ZoneOffset.UTC));
        }
        config.overrides().forEach(completed::withContextAttribute);
        return completed.build();
    }
}
