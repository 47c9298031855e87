package dev.apiserversource.loadtests.adapter;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * One scrape of the adapter's metrics.
 *
 * @param samples the lines of the Prometheus text that are not comments
 */
public record AdapterMetrics(List<String> samples) {

    /** Keeps a copy. */
    public AdapterMetrics {
        samples = List.copyOf(samples);
    }

    static AdapterMetrics parse(String text) {
        return new AdapterMetrics(
                text.lines().filter(line -> !line.startsWith("#")).toList());
    }

    /** The sum of all samples of the metric that carry every one of the labels, each given as {@code name="value"}. */
    public double sum(String metric, String... labels) {
        return samples.stream()
                .filter(sample -> nameOf(sample).equals(metric))
                .filter(sample -> Set.of(labels).stream().allMatch(sample::contains))
                .mapToDouble(sample -> Double.parseDouble(sample.substring(sample.lastIndexOf(' ') + 1)))
                .sum();
    }

    /** The names of all metrics. */
    public Set<String> names() {
        return samples.stream().map(AdapterMetrics::nameOf).collect(Collectors.toSet());
    }

    private static String nameOf(String sample) {
        return sample.split("[{ ]", 2)[0];
    }
}
