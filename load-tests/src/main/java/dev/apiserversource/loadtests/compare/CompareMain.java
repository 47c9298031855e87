package dev.apiserversource.loadtests.compare;

import dev.apiserversource.loadtests.compare.process.Arguments;
import dev.apiserversource.loadtests.compare.report.Figure;
import dev.apiserversource.loadtests.compare.row.Bench;
import dev.apiserversource.loadtests.compare.row.Row;
import dev.apiserversource.loadtests.compare.row.Rows;
import dev.apiserversource.loadtests.compare.row.Variant;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The program behind {@code load-tests/compare}. */
public final class CompareMain {

    private CompareMain() {}

    /** Measures the rows, alternating the two adapters. */
    public static void main(String[] arguments) {
        Map<String, String> options = Arguments.parse(arguments);
        List<Variant> variants = variants(options);
        int rounds = Integer.parseInt(options.getOrDefault("rounds", "3"));
        Bench bench = new Bench(Path.of(options.getOrDefault("work", "load-tests/target/compare")).toAbsolutePath(), options);
        for (String name : rows(options)) {
            try (Row row = Rows.open(name, bench)) {
                for (int round = 1; round <= rounds; round++) {
                    for (Variant variant : variants) {
                        Map<Figure, Double> figures = new TreeMap<>(row.run(variant));
                        System.out.println(name + " round " + round + " " + variant.name() + ": "
                                + figures.entrySet().stream()
                                        .map(figure -> figure.getKey() + " " + figure.getKey().format(figure.getValue()))
                                        .collect(Collectors.joining(", ")));
                    }
                }
            }
        }
    }

    private static List<Variant> variants(Map<String, String> options) {
        List<Variant> variants = new ArrayList<>();
        for (String name : List.of("ours", "peer")) {
            if (!options.getOrDefault(name, "").isEmpty()) {
                variants.add(new Variant(name, options.get(name)));
            }
        }
        return variants;
    }

    private static List<String> rows(Map<String, String> options) {
        String chosen = options.getOrDefault("rows", "");
        return chosen.isEmpty() ? Rows.names() : List.of(chosen.split(",", -1));
    }
}
