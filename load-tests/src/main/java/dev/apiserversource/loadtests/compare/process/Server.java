package dev.apiserversource.loadtests.compare.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A feed or sink in a process of its own, so that its CPU is its own too. It prints lines on standard output, the
 * first is {@code listening <port>}, and takes commands on standard input.
 */
public final class Server implements AutoCloseable {

    private static final Duration START = Duration.ofSeconds(20);
    private static final Duration ALIVE_INTERVAL = Duration.ofMillis(200);

    /**
     * A line of its output.
     *
     * @param words of the line
     */
    public record Line(List<String> words) {

        /** The word at this index as a number. */
        public long number(int index) {
            return Long.parseLong(words.get(index));
        }
    }

    private final Process process;
    private final PrintStream commands;
    private final BlockingQueue<Line> lines = new LinkedBlockingQueue<>();
    private final int port;

    private Server(Process process) {
        this.process = process;
        this.commands = new PrintStream(process.getOutputStream(), true, StandardCharsets.US_ASCII);
        Thread reader = new Thread(this::read, "server-output");
        reader.setDaemon(true);
        reader.start();
        this.port = Math.toIntExact(await("listening", START).number(1));
    }

    /** Starts a main class of this program with the arguments, and waits until it listens. */
    public static Server start(Class<?> main, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx1g",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
        command.addAll(arguments);
        command.addAll(List.of(
                "--" + Parent.ARGUMENT, Long.toString(ProcessHandle.current().pid())));
        try {
            Process process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
            return new Server(process);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void read() {
        BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII));
        out.lines().forEach(line -> lines.add(new Line(List.of(line.split(" ", -1)))));
    }

    /** The port it listens on. */
    public int port() {
        return port;
    }

    /** Its CPU time so far. */
    public Duration cpu() {
        return ProcFiles.cpu(process.pid());
    }

    /** Sends one command. */
    public void send(String command) {
        commands.println(command);
    }

    /** Forgets what it has printed until now. */
    public void forget() {
        lines.clear();
    }

    /** Whether it has printed a line that begins with this word, and that nobody has waited for. */
    public boolean hasPrinted(String word) {
        return lines.stream().anyMatch(line -> line.words().get(0).equals(word));
    }

    /**
     * Waits for a line that begins with this word; what comes before it is forgotten.
     *
     * @throws IllegalStateException if it does not come in time
     */
    public Line await(String word, Duration limit) {
        Line line = poll(word, limit);
        if (line.words().isEmpty()) {
            throw new IllegalStateException("no line '" + word + "' within " + limit);
        }
        return line;
    }

    /**
     * As {@link #await(String, Duration)}, as long as the adapter runs.
     *
     * @throws IllegalStateException also if the adapter has ended
     */
    public Line await(String word, Duration limit, Adapter adapter) {
        long end = System.nanoTime() + limit.toNanos();
        while (System.nanoTime() < end) {
            Line line = poll(word, ALIVE_INTERVAL);
            if (!line.words().isEmpty()) {
                return line;
            }
            if (!adapter.isAlive()) {
                throw new IllegalStateException("the adapter has ended, see its log");
            }
        }
        throw new IllegalStateException("no line '" + word + "' within " + limit);
    }

    /** As {@link #await(String, Duration)}; a line without words if it does not come in time. */
    public Line poll(String word, Duration limit) {
        long end = System.nanoTime() + limit.toNanos();
        try {
            for (long left = limit.toNanos(); left > 0; left = end - System.nanoTime()) {
                Line line = lines.poll(left, TimeUnit.NANOSECONDS);
                if (line != null && line.words().get(0).equals(word)) {
                    return line;
                }
            }
            return new Line(List.of());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
