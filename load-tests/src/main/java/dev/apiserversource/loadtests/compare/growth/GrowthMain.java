package dev.apiserversource.loadtests.compare.growth;

import dev.apiserversource.loadtests.compare.process.Arguments;
import dev.apiserversource.loadtests.compare.row.Bench;
import dev.apiserversource.loadtests.compare.row.Flow;
import dev.apiserversource.loadtests.compare.row.Variant;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The program behind {@code load-tests/growth}. */
public final class GrowthMain {

    private final Map<String, String> options;
    private final Bench bench;
    private final Path results;
    private final Points points;

    private GrowthMain(Map<String, String> options) {
        this.options = options;
        this.bench =
                new Bench(Path.of(option("work", "load-tests/target/compare")).toAbsolutePath(), options);
        this.results = Path.of(option("results", "load-tests/results"));
        this.points = Points.load(results.resolve("growth.csv"));
    }

    /**
     * Measures, and writes {@code growth.csv} and one plot for each dimension after each measurement.
     *
     * @param arguments as in README.md
     */
    public static void main(String[] arguments) throws IOException {
        new GrowthMain(Arguments.parse(arguments)).run();
        System.exit(0); // Processes that still end are killed by their shutdown hooks.
    }

    private String option(String name, String otherwise) {
        return options.getOrDefault(name, otherwise);
    }

    private void run() throws IOException {
        if (options.containsKey("points")) {
            take(Path.of(option("points", "")));
            return;
        }
        List<String> chosen = words("dimensions");
        for (Dimension dimension : Dimension.values()) {
            if (chosen.isEmpty() || chosen.contains(dimension.shortName())) {
                for (long value : values(dimension)) {
                    measure(dimension, value);
                }
                dimension.chart().write(points, results);
            }
        }
    }

    /** What a scenario has measured itself. */
    private void take(Path file) throws IOException {
        points.put(Files.readAllLines(file).stream()
                .map(line -> Point.parse(line + "," + option("commit", "unknown")))
                .toList());
        Chart.SOURCES.write(points, results);
    }

    private List<String> words(String option) {
        return Stream.of(option(option, "").split(",", -1))
                .filter(word -> !word.isEmpty())
                .toList();
    }

    private List<Long> values(Dimension dimension) {
        List<String> chosen = words("values");
        return chosen.isEmpty()
                ? dimension.sizes()
                : chosen.stream().map(Long::valueOf).toList();
    }

    private void measure(Dimension dimension, long value) throws IOException {
        long events = Long.parseLong(option("events", "300000"));
        Duration limit = Duration.ofSeconds(Long.parseLong(option("limit", "20")));
        List<Variant> variants = Chart.VARIANTS.stream()
                .map(name -> new Variant(name, option(name, "")))
                .filter(variant -> !variant.command().isEmpty())
                .toList();
        try (Flow flow = new Flow(bench, dimension.load(value, events), dimension.limits(value, limit))) {
            flow.warmUp(variants.get(0));
            for (Variant variant : variants) {
                measure(dimension, value, flow, variant);
            }
        }
    }

    private void measure(Dimension dimension, long value, Flow flow, Variant variant) throws IOException {
        String what = dimension.shortName() + " " + value + ", " + variant.name() + ": ";
        try {
            Flow.Outcome outcome = flow.run(variant);
            List<Point> measured = new ArrayList<>();
            for (Metric metric : Metric.values()) {
                measured.add(new Point(
                        dimension.shortName(),
                        value,
                        variant.name(),
                        metric.shortName(),
                        metric.of(outcome),
                        option("commit", "unknown")));
            }
            points.put(measured);
            dimension.chart().write(points, results);
            say(what
                    + measured.stream()
                            .map(point -> String.format(Locale.ROOT, "%s %.2f", point.metric(), point.number()))
                            .collect(Collectors.joining(", ")));
        } catch (IllegalStateException failed) {
            say(what + "failed, " + failed.getMessage());
        }
    }

    private static void say(String text) {
        System.out.println(LocalTime.now(ZoneOffset.UTC).truncatedTo(ChronoUnit.SECONDS) + " " + text);
    }
}
