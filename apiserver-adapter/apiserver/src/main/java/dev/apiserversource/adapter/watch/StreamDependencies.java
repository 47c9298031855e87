package dev.apiserversource.adapter.watch;

import dev.apiserversource.adapter.kube.ApiClient;
import dev.apiserversource.adapter.kube.Capacity;
import dev.apiserversource.adapter.kube.PullReader;
import dev.apiserversource.adapter.kube.ReadLimits;
import dev.apiserversource.adapter.state.StreamStates;
import dev.apiserversource.frame.time.Timers;
import io.micrometer.core.instrument.MeterRegistry;

/**
 * What all streams of a process share.
 *
 * @param api reads from the API server
 * @param limits capacity for changes, and the budget of read bytes
 * @param timers the clock, and the timers of the event loop
 * @param settings timeouts and limits
 * @param registry where meters are registered
 * @param states the states of the streams; restored from the checkpoint before the streams start
 */
public record StreamDependencies(
        ApiClient api,
        ReadLimits limits,
        Timers timers,
        StreamSettings settings,
        MeterRegistry registry,
        StreamStates states) {

    /** A reader, not started, of a response that emits no changes, and so needs no capacity. */
    PullReader readerWithoutCapacity(PullReader.ResponseDecoder decoder) {
        ReadLimits withoutCapacity = new ReadLimits(Capacity.ALWAYS, limits.budget());
        return new PullReader(withoutCapacity, timers, settings.idleTimeout(), decoder);
    }
}
