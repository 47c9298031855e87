package dev.apiserversource.adapter.watch;

import dev.apiserversource.adapter.kube.ApiClient;
import dev.apiserversource.adapter.kube.Capacity;
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
 * @param memory what was kept of the streams when the process before ended
 */
public record StreamEnvironment(
        ApiClient api, Capacity room, Timers timers, StreamSettings settings, MeterRegistry registry, Memory memory) {

    /** Without a memory. */
    public StreamEnvironment(
            ApiClient api, Capacity room, Timers timers, StreamSettings settings, MeterRegistry registry) {
        this(api, room, timers, settings, registry, Memory.NONE);
    }
}
