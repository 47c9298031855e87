package dev.apiserversource.loadtests;

/** The adapter's metrics by name, as its README lists them. */
public final class Metric {

    public static final String EVENTS = "apiserversource_events_total";

    public static final String RELISTS = "apiserversource_relists_total";

    private Metric() {}
}
