package dev.apiserversource.samples.quickstart;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The output of a process and of its restarts: written to a file, and searched for the port of the probes. */
final class ProcessLog implements AutoCloseable {

    private static final int TAIL = 20;
    private static final Pattern PORT = Pattern.compile("\\bport\\W{1,3}(\\d+)");

    private final Path file;
    private final PrintWriter writer;
    private final Deque<String> tail = new ArrayDeque<>();
    private OptionalInt probesPort = OptionalInt.empty();

    ProcessLog(Path file) {
        this.file = file;
        try {
            this.writer = new PrintWriter(Files.newBufferedWriter(file, StandardCharsets.UTF_8), true);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file, e);
        }
    }

    /** Appends {@code lines}, which may be several. */
    synchronized void append(String lines) {
        lines.lines().forEach(this::appendLine);
    }

    Path file() {
        return file;
    }

    /** The port of the probes, once the process has logged it. */
    synchronized OptionalInt probesPort() {
        return probesPort;
    }

    /** Forgets the port of the probes: a restarted process may listen on another one. */
    synchronized void restarted() {
        probesPort = OptionalInt.empty();
    }

    /** The last 20 lines. */
    synchronized String tail() {
        return String.join("\n", tail);
    }

    @Override
    public void close() {
        writer.close();
    }

    private void appendLine(String line) {
        writer.println(line);
        tail.addLast(line);
        if (tail.size() > TAIL) {
            tail.removeFirst();
        }
        if (line.contains("probes listening")) {
            Matcher port = PORT.matcher(line);
            if (port.find()) {
                probesPort = OptionalInt.of(Integer.parseInt(port.group(1)));
            }
        }
    }
}
