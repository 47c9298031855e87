package dev.apiserversource.loadtests;

/** The adapter's metrics by name, as its README lists them. */
final class Metric {

    static final String EVENTS = "apiserversource_events_total";

    static final String RELISTS = "apiserversource_relists_total";

    private Metric() {}
}
