package dev.apiserversource.adapter;

import dev.apiserversource.frame.monitoring.MonitoringFiles;
import dev.apiserversource.frame.monitoring.MonitoringFiles.Sample;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/**
 * What an adapter measured before and in a fault, as the input of a promtool test: ten minutes without the fault, then
 * the fault.
 */
final class AlertInput {

    private static final Path FOLDER = Path.of("target", "alerts");

    /** The labels of the scrape configuration. */
    private static final String TARGET = "namespace=\"default\", pod=\"my-source-0\", source=\"my-source\"";

    private final MonitoringFiles.Expression alert;
    private final List<Sample> before;
    private final List<Sample> after;
    private final boolean continues;

    /**
     * The input for a test of {@code alert}.
     *
     * @param before the scrape before the fault; empty if the adapter was started in it
     * @param continues whether counters continue to grow each minute as they did between the scrapes
     */
    AlertInput(MonitoringFiles.Expression alert, String before, String after, boolean continues) {
        this.alert = alert;
        this.before = MonitoringFiles.samples(before);
        this.after = MonitoringFiles.samples(after).stream()
                .filter(sample -> alert.metrics().contains(sample.metric()))
                .toList();
        this.continues = continues;
    }

    /** The series of the alert that the fault has changed, or made. */
    List<Sample> movedSeries() {
        return after.stream()
                .filter(sample -> valueBefore(sample).orElse(Double.NaN) != sample.value())
                .toList();
    }

    private OptionalDouble valueBefore(Sample sample) {
        return before.stream()
                .filter(earlier -> earlier.metric().equals(sample.metric())
                        && earlier.labels().equals(sample.labels()))
                .mapToDouble(Sample::value)
                .findAny();
    }

    /** Writes {@code target/alerts/<alert>.yaml}. */
    void write() {
        // An event is noticed for ten minutes. What continues, or is a state, has to last.
        String evalTime = continues || !alert.promql().contains("offset") ? "35m" : "15m";
        String series = after.stream().map(this::series).collect(Collectors.joining("\n"));
        String test = """
                rule_files: [rules.yaml]
                evaluation_interval: 1m
                tests:
                  - interval: 1m
                    input_series:
                %s
                    promql_expr_test:
                      - expr: count by (alertname) (ALERTS{alertname="%s", alertstate="firing"})
                        eval_time: %s
                        exp_samples:
                          - {labels: '{alertname="%s"}', value: 1}
                """.formatted(series, alert.where(), evalTime, alert.where());
        try {
            Files.createDirectories(FOLDER);
            Files.writeString(FOLDER.resolve(alert.where() + ".yaml"), test);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String series(Sample sample) {
        String labels = sample.labels().entrySet().stream()
                .map(label -> label.getKey() + "=\"" + label.getValue() + "\", ")
                .collect(Collectors.joining());
        OptionalDouble earlier = valueBefore(sample);
        String past = earlier.isPresent() ? earlier.getAsDouble() + "x9" : "_x10";
        boolean counter = sample.metric().endsWith("_total");
        double growth = continues && counter ? sample.value() - earlier.orElse(0) : 0;
        return "      - {series: '%s{%s%s}', values: '%s %s+%sx30'}"
                .formatted(sample.metric(), labels, TARGET, past, sample.value(), growth);
    }
}
