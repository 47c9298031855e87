package dev.apiserversource.samples.quickstart;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a program says: kept in a file, and read for the port of its probes. */
final class ProgramLog implements Consumer<String> {

    private static final int REMEMBERED = 20;
    private static final Pattern PORT = Pattern.compile("\\bport\\W{1,3}(\\d+)");

    private final Path file;
    private final PrintWriter writer;
    private final Deque<String> last = new ArrayDeque<>();
    private final CompletableFuture<Integer> probesPort = new CompletableFuture<>();

    ProgramLog(Path file) {
        this.file = file;
        try {
            this.writer = new PrintWriter(Files.newBufferedWriter(file, StandardCharsets.UTF_8), true);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file, e);
        }
    }

    @Override
    public synchronized void accept(String line) {
        writer.println(line);
        last.addLast(line);
        if (last.size() > REMEMBERED) {
            last.removeFirst();
        }
        if (line.contains("probes listening")) {
            Matcher port = PORT.matcher(line);
            if (port.find()) {
                probesPort.complete(Integer.valueOf(port.group(1)));
            }
        }
    }

    Path file() {
        return file;
    }

    /** Completes when the program has said where its probes are, which not every program does. */
    CompletableFuture<Integer> probesPort() {
        return probesPort;
    }

    /** The last lines, for whoever wants to know why it ended. */
    synchronized String tail() {
        return String.join("\n", last);
    }
}
