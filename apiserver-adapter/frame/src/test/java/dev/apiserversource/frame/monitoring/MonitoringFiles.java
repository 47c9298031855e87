package dev.apiserversource.frame.monitoring;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The alerts and the dashboard in {@code apiserver-controller/deploy/monitoring}, and the metrics that they name. */
public final class MonitoringFiles {

    /** What the scrape configuration adds to every metric. */
    private static final Set<String> TARGET_LABELS = Set.of("namespace", "pod", "source", "le");

    private static final Pattern SELECTOR =
            Pattern.compile("\\b((?:apiserversource|jvm|process)_\\w+)(?:\\{([^}]*)})?");
    private static final Pattern MATCHER = Pattern.compile("(\\w+)(=~|=|!=|!~)\"([^\"]*)\"");
    private static final Pattern GROUPING = Pattern.compile("\\bby \\(([^)]*)\\)");
    private static final Pattern SHOWN = Pattern.compile("\\{\\{(?: *\\$labels\\.)?(\\w+) *}}");
    private static final Pattern SAMPLE = Pattern.compile("(\\w+)(?:\\{(.*)})? (\\S+)");
    private static final Pattern ALERT = Pattern.compile("(?m)^ +- alert: (\\w+)$");

    private MonitoringFiles() {}

    /**
     * One expression of PromQL.
     *
     * @param where the alert or the panel
     * @param promql the expression
     * @param shown text that shows labels of its result
     */
    public record Expression(String where, String promql, String shown) {

        /** The metrics that it names. */
        public Set<String> metrics() {
            return selectors().map(selector -> selector.group(1)).collect(Collectors.toSet());
        }

        private Stream<MatchResult> selectors() {
            return SELECTOR.matcher(promql).results();
        }

        private Stream<String> labels() {
            Stream<String> grouping = GROUPING.matcher(promql)
                    .results()
                    .flatMap(match -> Stream.of(match.group(1).split(", *")));
            Stream<String> text = SHOWN.matcher(shown).results().map(match -> match.group(1));
            return Stream.concat(grouping, text).filter(label -> !TARGET_LABELS.contains(label));
        }
    }

    /** A series of a scrape, and its value. */
    public record Sample(String metric, Map<String, String> labels, double value) {

        private boolean matches(MatchResult selector) {
            return metric.equals(selector.group(1)) && matchersOf(selector).allMatch(this::matchesLabel);
        }

        private boolean matchesLabel(MatchResult matcher) {
            String value = labels.getOrDefault(matcher.group(1), "");
            return switch (matcher.group(2)) {
                case "=" -> value.equals(matcher.group(3));
                case "=~" -> value.matches(matcher.group(3));
                case "!=" -> !value.equals(matcher.group(3));
                default -> !value.matches(matcher.group(3));
            };
        }
    }

    private static Stream<MatchResult> matchersOf(MatchResult selector) {
        return Stream.ofNullable(selector.group(2))
                .flatMap(labels -> MATCHER.matcher(labels).results())
                .filter(matcher -> !TARGET_LABELS.contains(matcher.group(1)));
    }

    /** The samples of a scrape in Prometheus's text format. */
    public static List<Sample> samples(String scrape) {
        return scrape.lines()
                .filter(line -> !line.startsWith("#"))
                .map(SAMPLE::matcher)
                .filter(Matcher::matches)
                .map(line -> new Sample(line.group(1), labels(line.group(2)), Double.parseDouble(line.group(3))))
                .toList();
    }

    private static Map<String, String> labels(String text) {
        Map<String, String> labels = new LinkedHashMap<>();
        if (text != null) {
            MATCHER.matcher(text).results().forEach(label -> labels.put(label.group(1), label.group(3)));
        }
        return labels;
    }

    /**
     * What the alerts and the dashboard name, and {@code scrape} does not have: a metric, a label, or a series with the
     * values of its labels.
     *
     * @param metrics which metrics are looked at
     */
    public static List<String> missing(String scrape, Predicate<String> metrics) {
        List<Sample> samples = samples(scrape);
        return Stream.concat(alerts().stream(), panels().stream())
                .flatMap(expression -> missing(expression, samples, metrics))
                .distinct()
                .toList();
    }

    private static Stream<String> missing(Expression expression, List<Sample> samples, Predicate<String> metrics) {
        Stream<String> series = expression
                .selectors()
                .filter(selector -> metrics.test(selector.group(1)))
                .filter(selector -> samples.stream().noneMatch(sample -> sample.matches(selector)))
                .map(MatchResult::group);
        Stream<String> labels = expression.metrics().stream().filter(metrics).flatMap(metric -> expression
                .labels()
                .filter(label -> samples.stream()
                        .noneMatch(sample -> sample.metric().equals(metric)
                                && sample.labels().containsKey(label)))
                .map(label -> metric + " by " + label));
        return Stream.concat(series, labels).map(what -> expression.where() + ": " + what);
    }

    /** The rules of {@code alerts.yaml}. */
    public static List<Expression> alerts() {
        String text = read("alerts.yaml");
        return ALERT.matcher(text)
                .results()
                .map(match -> alert(match.group(1), text.substring(match.end())))
                .toList();
    }

    private static Expression alert(String name, String rest) {
        Matcher next = ALERT.matcher(rest);
        String rule = next.find() ? rest.substring(0, next.start()) : rest;
        int expression = rule.indexOf("expr:");
        int summary = rule.indexOf("summary:");
        return new Expression(
                name, rule.substring(expression, rule.indexOf("labels:", expression)), rule.substring(summary));
    }

    /** The queries of {@code grafana-dashboard.json}. */
    public static List<Expression> panels() {
        try {
            JsonNode dashboard = new ObjectMapper().readTree(read("grafana-dashboard.json"));
            return dashboard.findValues("targets").stream()
                    .flatMap(targets -> targets.findParents("expr").stream())
                    .map(target -> new Expression(
                            "dashboard",
                            target.path("expr").asText(),
                            target.path("legendFormat").asText()))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(String file) {
        try {
            return Files.readString(
                    root().resolve("apiserver-controller/deploy/monitoring").resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The root of the repository, above the module whose tests run. */
    private static Path root() {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.isDirectory(folder.resolve("apiserver-controller"))) {
            folder = folder.getParent();
        }
        return folder;
    }
}
