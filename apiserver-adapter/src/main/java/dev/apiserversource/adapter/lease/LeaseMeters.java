package dev.apiserversource.adapter.lease;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

import java.util.function.Predicate;

/** The names of all metrics of the Lease. */
final class LeaseMeters {

    private LeaseMeters() {}

    static void watch(Election election, MeterRegistry registry) {
        gauge(
                "apiserversource.active",
                "Whether this process is the one that works",
                election,
                standing -> standing instanceof Standing.Active || standing instanceof Standing.Suspended,
                registry);
        gauge(
                "apiserversource.suspended",
                "Whether events are held because the Lease could not be renewed",
                election,
                standing -> standing instanceof Standing.Suspended,
                registry);
        FunctionCounter.builder("apiserversource.lease.transitions", election, Election::transitions)
                .description("How often the Lease has changed its holder, as an active process knows")
                .register(registry);
    }

    private static void gauge(
            String name, String description, Election election, Predicate<Standing> holds, MeterRegistry registry) {
        Gauge.builder(name, election, e -> holds.test(e.standing()) ? 1 : 0)
                .description(description)
                .strongReference(true)
                .register(registry);
    }
}
