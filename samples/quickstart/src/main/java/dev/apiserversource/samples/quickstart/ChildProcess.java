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

/** A running process and the two threads that read its output. */
final class ChildProcess {

    private static final Duration OUTPUT_AFTER_EXIT = Duration.ofSeconds(2);
    private static final int MAX_BLOCK = 64 * 1024;

    private final Process process;
    private final List<Thread> readers;

    private ChildProcess(Process process, Consumer<String> output, Consumer<String> errors) {
        this.process = process;
        this.readers = List.of(
                reader("stdout", process.inputReader(StandardCharsets.UTF_8), output),
                reader("stderr", process.errorReader(StandardCharsets.UTF_8), errors));
    }

    /**
     * Starts {@code command}.
     *
     * @param environment all of its variables: none is inherited from this process
     * @param output receives standard output in whole lines, as many at once as have been written at once
     * @param errors receives standard error likewise, on another thread
     * @throws UncheckedIOException when the program cannot be started
     */
    static ChildProcess start(
            List<String> command, Map<String, String> environment, Consumer<String> output, Consumer<String> errors) {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().clear();
        builder.environment().putAll(environment);
        try {
            return new ChildProcess(builder.start(), output, errors);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start " + command.get(0), e);
        }
    }

    long pid() {
        return process.pid();
    }

    boolean isRunning() {
        return process.isAlive();
    }

    int exitCode() {
        return process.exitValue();
    }

    /** Completes with the exit code when the process has exited and its output has been read. */
    CompletableFuture<Integer> exit() {
        return process.onExit().thenApplyAsync(exited -> {
            awaitOutput();
            return exited.exitValue();
        });
    }

    /** Waits at most {@code timeout} for the process to exit and its output to be read; returns whether it did. */
    boolean exitsWithin(Duration timeout) throws InterruptedException {
        if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
            return false;
        }
        awaitOutput();
        return true;
    }

    /** Sends SIGTERM, and SIGKILL when the process has not exited after {@code gracePeriod}. Blocks until it has. */
    void stop(Duration gracePeriod) {
        // Process.destroy() would close the streams, and the last output would be lost.
        process.toHandle().destroy();
        try {
            if (!exitsWithin(gracePeriod)) {
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
            for (Thread reader : readers) {
                // Bounded: a descendant of the process may keep the pipe open.
                reader.join(OUTPUT_AFTER_EXIT.toMillis());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Thread reader(String stream, BufferedReader reader, Consumer<String> output) {
        Thread thread = new Thread(() -> read(reader, output), stream + " of process " + process.pid());
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private static void read(BufferedReader reader, Consumer<String> output) {
        try (reader) {
            StringBuilder block = new StringBuilder();
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                block.append(line).append('\n');
                if (block.length() > MAX_BLOCK || !reader.ready()) {
                    output.accept(block.toString());
                    block.setLength(0);
                }
            }
            if (!block.isEmpty()) {
                output.accept(block.toString());
            }
        } catch (IOException closed) {
            // The process has exited.
        }
    }
}
