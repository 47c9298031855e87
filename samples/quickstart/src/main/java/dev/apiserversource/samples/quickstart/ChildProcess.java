package dev.apiserversource.samples.quickstart;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A program that runs as a process of its own and ends with this one. */
final class ChildProcess {

    private static final Duration OUTPUT_AFTER_END = Duration.ofSeconds(2);

    private final Process process;
    private final Thread reader;

    private ChildProcess(Process process, Consumer<String> output) {
        this.process = process;
        this.reader = new Thread(() -> read(output), "output of process " + process.pid());
    }

    /**
     * Starts {@code command}.
     *
     * @param environment all the variables that it has: those of this process are not handed on
     * @param output is given each line of standard output and standard error, on a thread of its own
     */
    static ChildProcess start(List<String> command, Map<String, String> environment, Consumer<String> output) {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().putAll(environment);
        try {
            ChildProcess child = new ChildProcess(builder.start(), output);
            child.reader.setDaemon(true);
            child.reader.start();
            return child;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start " + command.get(0), e);
        }
    }

    long pid() {
        return process.pid();
    }

    int exitValue() {
        return process.exitValue();
    }

    /** Completes with the exit code when the program has ended and all its output has been read. */
    CompletableFuture<Integer> end() {
        return process.onExit().thenApplyAsync(ended -> {
            awaitOutput();
            return ended.exitValue();
        });
    }

    /** Waits at most {@code time} for the program to end and all its output to be read, and tells whether it did. */
    boolean endsWithin(Duration time) throws InterruptedException {
        if (!process.waitFor(time.toMillis(), TimeUnit.MILLISECONDS)) {
            return false;
        }
        awaitOutput();
        return true;
    }

    /** Asks the program to end (SIGTERM), and ends it when it has not done so after {@code grace}. */
    void stop(Duration grace) {
        // Process.destroy() would close the streams, and the program's last words would be lost.
        process.toHandle().destroy();
        try {
            if (!endsWithin(grace)) {
                process.toHandle().destroyForcibly();
                process.waitFor();
            }
        } catch (InterruptedException e) {
            process.toHandle().destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private void awaitOutput() {
        try {
            // Not for ever: a process that this one started may hold the pipe open.
            reader.join(OUTPUT_AFTER_END.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void read(Consumer<String> output) {
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            lines.lines().forEach(output);
        } catch (IOException | UncheckedIOException closed) {
            // The process is gone, and whatever it had to say with it.
        }
    }
}
