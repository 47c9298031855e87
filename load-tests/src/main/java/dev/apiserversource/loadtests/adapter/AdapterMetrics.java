package dev.apiserversource.loadtests.adapter;

import java.util.List;
import java.util.Set;

/**
 * One scrape of the adapter's metrics. The constants are the names that tests read: a rename in the adapter is a
 * change here and nowhere else.
 *
 * @param samples the lines of the Prometheus text that are not comments
 */
public record AdapterMetrics(List<String> samples) {

    /** Events by {@code result}. */
    public static final String EVENTS = "apiserversource_events_total";

    /** Label of {@link #EVENTS}: neither delivered nor dead-lettered. */
    public static final String RESULT_DROPPED = "result=\"dropped\"";

    /** States that were not sent, because a newer one of their object was. */
    public static final String SUPERSEDED = "apiserversource_events_superseded_total";

    /** 1 in the process that works, 0 in a standby. */
    public static final String LEADER = "apiserversource_leader";

    /** Events that are not settled. */
    public static final String PENDING_EVENTS = "apiserversource_pending_events";

    /** Lists after the first, by {@code reason}. */
    public static final String RELISTS = "apiserversource_relists_total";

    /** Watches that ended or could not be opened, by {@code reason}. */
    public static final String WATCH_RESTARTS = "apiserversource_watch_restarts_total";

    /** Keeps a copy. */
    public AdapterMetrics {
        samples = List.copyOf(samples);
    }

    static AdapterMetrics parse(String text) {
        return new AdapterMetrics(
                text.lines().filter(line -> !line.startsWith("#")).toList());
    }

    /** The label {@code reason} with that value. */
    public static String reason(String value) {
        return "reason=\"" + value + "\"";
    }

    /**
     * The sum of all samples of the metric that carry every label, each given as {@code name="value"}; 0 without
     * samples.
     */
    public double sum(String metric, String... labels) {
        return samples.stream()
                .filter(sample -> nameOf(sample).equals(metric))
                .filter(sample -> Set.of(labels).stream().allMatch(sample::contains))
                .mapToDouble(sample -> Double.parseDouble(sample.substring(sample.lastIndexOf(' ') + 1)))
                .sum();
    }

    private static String nameOf(String sample) {
        return sample.split("[{ ]", 2)[0];
    }
}
