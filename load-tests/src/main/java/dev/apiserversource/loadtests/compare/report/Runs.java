package dev.apiserversource.loadtests.compare.report;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** All runs so far. They are kept in a file, so that an interrupted comparison loses one run at most. */
public final class Runs {

    private final Path file;
    private final List<Run> runs = new ArrayList<>();

    private Runs(Path file) {
        this.file = file;
    }

    /** Reads the file, if there is one. */
    public static Runs load(Path file) {
        Runs loaded = new Runs(file);
        try {
            if (Files.exists(file)) {
                Files.readAllLines(file).stream().map(Run::parse).forEach(loaded.runs::add);
            }
            return loaded;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Forgets what was measured before, because it is measured again. */
    public void forget(Predicate<Run> before) {
        runs.removeIf(before);
        write();
    }

    /** Adds the numbers of one run. */
    public void add(List<Run> more) {
        runs.addAll(more);
        write();
    }

    private void write() {
        try {
            Files.writeString(
                    file, runs.stream().map(run -> run.toLine() + "\n").collect(Collectors.joining()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The spread of a figure; empty if it was not measured. */
    Optional<Spread> spread(String variant, Figure figure) {
        List<Double> values = runs.stream()
                .filter(run -> run.variant().equals(variant) && run.figure() == figure)
                .map(Run::value)
                .toList();
        return values.isEmpty() ? Optional.empty() : Optional.of(Spread.of(values));
    }

    /** The commits that were measured. */
    List<String> commits() {
        return runs.stream().map(Run::commit).distinct().toList();
    }

    /** The rows of which there are runs, of one commit. */
    List<String> rows(String commit) {
        return runs.stream()
                .filter(run -> run.commit().equals(commit))
                .map(Run::row)
                .distinct()
                .toList();
    }

    /** The most runs that a figure of a variant has. */
    long rounds() {
        return runs.stream()
                .collect(Collectors.groupingBy(run -> run.variant() + run.figure(), Collectors.counting()))
                .values()
                .stream()
                .mapToLong(Long::longValue)
                .max()
                .orElse(0);
    }
}
