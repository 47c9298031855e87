package dev.apiserversource.adapter.watch;

import dev.apiserversource.adapter.kube.ApiClient;
import dev.apiserversource.adapter.kube.Capacity;
import dev.apiserversource.adapter.state.StreamStates;
import dev.apiserversource.frame.time.Timers;
import io.micrometer.core.instrument.MeterRegistry;

/**
 * What all streams of a process share.
 *
 * @param api reads from the API server
 * @param capacity capacity of the consumer of changes
 * @param timers the clock, and the timers of the event loop
 * @param settings timeouts and limits
 * @param registry where meters are registered
 * @param states the states of the streams; restored from the checkpoint before the streams start
 */
public record StreamDependencies(
        ApiClient api,
        Capacity capacity,
        Timers timers,
        StreamSettings settings,
        MeterRegistry registry,
        StreamStates states) {}
