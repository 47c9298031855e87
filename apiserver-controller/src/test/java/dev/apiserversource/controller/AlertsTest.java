package dev.apiserversource.controller;

import dev.apiserversource.frame.monitoring.MonitoringFiles;
import org.junit.jupiter.api.Test;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

/** Alerts, their tests, the runbook and the documented metrics agree. */
class AlertsTest {

    private static final String RUNBOOK = "apiserver-controller/RUNBOOK.md";
    private static final Path MONITORING = Repository.DEPLOY.resolve("monitoring");
    private static final Pattern HEADING = Pattern.compile("(?m)^### (\\w+)$");
    private static final Pattern FIRES = Pattern.compile("alertname=\"(\\w+)\"");

    @Test
    void everyAlertHasAnEntryInTheRunbook() {
        assertThat(found(HEADING, Repository.read(Repository.ROOT.resolve(RUNBOOK))))
                .doesNotHaveDuplicates()
                .containsExactlyInAnyOrderElementsOf(alerts());
    }

    @Test
    void everyAlertNamesItsEntry() {
        assertThat(rules()).allSatisfy(rule -> {
            Map<String, String> annotations = Repository.at(rule, "annotations");
            String name = Repository.at(rule, "alert");
            assertThat(annotations)
                    .containsKey("summary")
                    .containsEntry("runbook", RUNBOOK + "#" + name.toLowerCase(Locale.ROOT));
            assertThat(Repository.<String>at(rule, "labels", "severity")).isIn("critical", "warning", "info");
        });
    }

    @Test
    void everyAlertFiresInATestOfPromtool() {
        assertThat(Set.copyOf(found(FIRES, Repository.read(MONITORING.resolve("alerts-test.yaml")))))
                .containsExactlyInAnyOrderElementsOf(alerts());
    }

    @Test
    void alertsAndDashboardNameDocumentedMetrics() {
        String documented = Stream.of(
                        "apiserver-controller/README.md",
                        "apiserver-adapter/apiserver/README.md",
                        "apiserver-adapter/ping/README.md")
                .map(file -> Repository.read(Repository.ROOT.resolve(file)))
                .collect(Collectors.joining());
        assertThat(Stream.concat(MonitoringFiles.alerts().stream(), MonitoringFiles.panels().stream())
                        .flatMap(expression -> expression.metrics().stream())
                        .filter(metric -> metric.startsWith("apiserversource_"))
                        .map(metric -> metric.replaceFirst("_seconds_(bucket|count)$", "_seconds"))
                        .distinct())
                .hasSizeGreaterThan(30)
                .allMatch(metric -> documented.contains("`" + metric + "`")
                        || documented.contains("`" + metric.replace("apiserversource_", "_") + "`"));
    }

    @Test
    void chartHasTheDashboardOfTheKustomization() throws Exception {
        Path chart = Repository.DEPLOY.resolve("chart/files");
        for (String file : List.of("alerts.yaml", "pod-monitors.yaml", "grafana-dashboard.json")) {
            assertThat(chart.resolve(file).toRealPath()).isEqualTo(MONITORING.resolve(file));
        }
    }

    private static List<String> alerts() {
        return rules().stream()
                .map(rule -> Repository.<String>at(rule, "alert"))
                .toList();
    }

    private static List<Map<String, Object>> rules() {
        Map<String, Object> file =
                Repository.objects(MONITORING.resolve("alerts.yaml")).get(0);
        List<Map<String, Object>> groups = Repository.at(file, "spec", "groups");
        return groups.stream()
                .flatMap(group -> Repository.<List<Map<String, Object>>>at(group, "rules").stream())
                .toList();
    }

    private static List<String> found(Pattern pattern, String text) {
        return pattern.matcher(text)
                .results()
                .map((MatchResult match) -> match.group(1))
                .toList();
    }
}
