package dev.apiserversource.adapter.watch;

import dev.apiserversource.adapter.kube.ApiClient;
import dev.apiserversource.adapter.kube.Capacity;
import dev.apiserversource.adapter.state.StreamStates;
import dev.apiserversource.frame.time.Timers;
import io.micrometer.core.instrument.MeterRegistry;

/**
 * What all streams of a process share.
 *
 * @param api the way to the API server
 * @param room whether changes can be handed on
 * @param timers the time
 * @param settings timeouts and limits
 * @param registry where to count
 * @param states the states of the streams, restored from the checkpoint before the streams start
 */
public record StreamEnvironment(
        ApiClient api,
        Capacity room,
        Timers timers,
        StreamSettings settings,
        MeterRegistry registry,
        StreamStates states) {}
