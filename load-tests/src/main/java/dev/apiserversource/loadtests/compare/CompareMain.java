package dev.apiserversource.loadtests.compare;

import dev.apiserversource.loadtests.compare.process.Arguments;
import dev.apiserversource.loadtests.compare.report.Figure;
import dev.apiserversource.loadtests.compare.report.Report;
import dev.apiserversource.loadtests.compare.report.Run;
import dev.apiserversource.loadtests.compare.report.Runs;
import dev.apiserversource.loadtests.compare.row.Bench;
import dev.apiserversource.loadtests.compare.row.Row;
import dev.apiserversource.loadtests.compare.row.Rows;
import dev.apiserversource.loadtests.compare.row.Variant;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The program behind {@code load-tests/compare}. */
public final class CompareMain {

    private static final List<String> SAID_ELSEWHERE = List.of("ours", "peer", "peer-name", "commit", "work", "out");

    private final Map<String, String> options;
    private final List<Variant> variants;
    private final Runs runs;
    private final Bench bench;

    private CompareMain(Map<String, String> options) {
        this.options = options;
        this.variants = variants(options);
        Path work = Path.of(option("work", "load-tests/target/compare")).toAbsolutePath();
        this.bench = new Bench(work, options);
        this.runs = Runs.load(work.resolve("runs.csv"));
    }

    /**
     * Measures the rows, alternating the two adapters, and writes the table after each run.
     *
     * @param arguments as in README.md
     */
    public static void main(String[] arguments) throws IOException {
        try {
            new CompareMain(Arguments.parse(arguments)).run();
        } catch (IllegalArgumentException wrong) {
            System.err.println(wrong.getMessage());
            System.exit(2);
        }
        System.exit(0); // Processes that still end are killed by their shutdown hooks.
    }

    private String option(String name, String otherwise) {
        return options.getOrDefault(name, otherwise);
    }

    private void run() throws IOException {
        List<String> rows = option("rows", "").isEmpty()
                ? Rows.names()
                : List.of(option("rows", "").split(",", -1));
        int rounds = Integer.parseInt(option("rounds", "3"));
        for (String row : rows) {
            say(row + ": warming up feed and sink");
            try (Row opened = Rows.open(row, bench)) {
                opened.warmUp(variants.get(0));
                run(row, opened, rounds);
            } catch (IllegalStateException failed) {
                say(row + ": failed, " + failed.getMessage());
            }
        }
        say("written: " + out());
    }

    private void run(String row, Row opened, int rounds) throws IOException {
        for (Variant variant : variants) {
            runs.forget(run -> run.row().equals(row) && run.variant().equals(variant.name()));
        }
        for (int round = 1; round <= rounds; round++) {
            for (Variant variant : variants) {
                run(row, opened, variant, round + " of " + rounds);
            }
        }
    }

    private void run(String row, Row opened, Variant variant, String round) throws IOException {
        try {
            Map<Figure, Double> figures = new TreeMap<>(opened.run(variant));
            String text = figures.entrySet().stream()
                    .map(figure -> figure.getKey() + " " + figure.getKey().format(figure.getValue()))
                    .collect(Collectors.joining(", "));
            say(row + " " + round + ", " + variant.name() + ": " + text);
            List<Run> numbers = new ArrayList<>();
            figures.forEach((figure, value) ->
                    numbers.add(new Run(row, variant.name(), figure, value, option("commit", "unknown"))));
            runs.add(numbers);
            write();
        } catch (IllegalStateException failed) {
            say(row + " " + round + ", " + variant.name() + ": failed, " + failed.getMessage());
        }
    }

    private static void say(String text) {
        System.out.println(LocalTime.now(ZoneOffset.UTC).truncatedTo(ChronoUnit.SECONDS) + " " + text);
    }

    private Path out() {
        return Path.of(option("out", "load-tests/results/compare.md"));
    }

    private void write() throws IOException {
        Report report = new Report(
                runs,
                new Report.Subject("this adapter", option("ours", "")),
                new Report.Subject(option("peer-name", "the peer"), option("peer", "")),
                options.entrySet().stream()
                        .filter(option -> !SAID_ELSEWHERE.contains(option.getKey()))
                        .map(option -> "--" + option.getKey() + " " + option.getValue())
                        .collect(Collectors.joining(" ")));
        Files.writeString(out(), report.text());
    }

    /** Those that have a command; without one, an adapter keeps the figures of earlier. */
    private static List<Variant> variants(Map<String, String> options) {
        List<Variant> variants = new ArrayList<>();
        for (String name : List.of("peer", "ours")) {
            String command = options.getOrDefault(name, "");
            if (!command.isEmpty()) {
                variants.add(new Variant(name, command));
            }
        }
        if (variants.isEmpty()) {
            throw new IllegalArgumentException("neither --ours nor --peer has a command");
        }
        return variants;
    }
}
