package dev.apiserversource.frame.leader;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

import java.util.function.Predicate;

/** The names of all metrics of the Lease. */
public final class LeaseMeters {

    private LeaseMeters() {}

    public static void watch(LeaderElection election, MeterRegistry registry) {
        gauge(
                "apiserversource.active",
                "Whether this process is the one that works",
                election,
                standing -> standing instanceof LeaderState.Active || standing instanceof LeaderState.Suspended,
                registry);
        gauge(
                "apiserversource.suspended",
                "Whether events are held because the Lease could not be renewed",
                election,
                standing -> standing instanceof LeaderState.Suspended,
                registry);
        FunctionCounter.builder("apiserversource.lease.transitions", election, LeaderElection::transitions)
                .description("How often the Lease has changed its holder, as an active process knows")
                .register(registry);
    }

    private static void gauge(
            String name,
            String description,
            LeaderElection election,
            Predicate<LeaderState> holds,
            MeterRegistry registry) {
        Gauge.builder(name, election, e -> holds.test(e.standing()) ? 1 : 0)
                .description(description)
                .strongReference(true)
                .register(registry);
    }
}
