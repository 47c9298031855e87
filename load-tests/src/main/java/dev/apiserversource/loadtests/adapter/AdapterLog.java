package dev.apiserversource.loadtests.adapter;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;

/** What an adapter prints: kept for the test, and in a file for whoever asks later why the test failed. */
final class AdapterLog {

    private static final int LAST_WORDS = 15;

    private final List<LogLine> lines = new CopyOnWriteArrayList<>();

    private AdapterLog() {}

    /** Begins to read what {@code process} prints, and copies it to {@code file}. */
    static AdapterLog of(Process process, Path file) {
        AdapterLog log = new AdapterLog();
        Thread reader = new Thread(() -> log.read(process, file), "adapter-log");
        reader.setDaemon(true);
        reader.start();
        return log;
    }

    private void read(Process process, Path file) {
        try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
                PrintWriter copy = new PrintWriter(Files.newBufferedWriter(file), true)) {
            output.lines().peek(copy::println).map(LogLine::of).forEach(lines::add);
        } catch (IOException | UncheckedIOException e) {
            lines.add(LogLine.of("(log ended: " + e.getMessage() + ")"));
        }
    }

    List<LogLine> lines() {
        return List.copyOf(lines);
    }

    Optional<LogLine> first(Predicate<LogLine> wanted) {
        return lines.stream().filter(wanted).findFirst();
    }

    /** The last lines, for messages. */
    String lastWords() {
        List<String> all = lines.stream().map(LogLine::text).toList();
        return String.join("\n", all.subList(Math.max(0, all.size() - LAST_WORDS), all.size()));
    }
}
