package dev.apiserversource.loadtests.cluster;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** One server of the control plane as a process of this machine: it can be started, ended, killed and started again. */
final class ServerProcess {

    private static final Duration GRACE = Duration.ofSeconds(20);

    private final List<String> command;
    private final Path log;
    private @Nullable Process process;

    /** A server not yet running; what it prints is appended to {@code log}. */
    ServerProcess(List<String> command, Path log) {
        this.command = command;
        this.log = log;
    }

    void start() {
        if (alive()) {
            throw new IllegalStateException("runs already: " + command.get(0));
        }
        try {
            Process started = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
            // Nothing may outlive the tests, however they end.
            Runtime.getRuntime().addShutdownHook(new Thread(started::destroyForcibly));
            process = started;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start " + command.get(0), e);
        }
    }

    /** Asks the server to end, and kills it when it does not within its grace. */
    void stop() {
        end(Process::destroy);
    }

    /** Kills the server as a crash would: no goodbye to its clients. */
    void kill() {
        end(Process::destroyForcibly);
    }

    boolean alive() {
        return process != null && process.isAlive();
    }

    /** The end of the log, for messages. */
    String lastWords() {
        try {
            List<String> lines = Files.readAllLines(log);
            return String.join("\n", lines.subList(Math.max(0, lines.size() - 5), lines.size()));
        } catch (IOException e) {
            return "(no log: " + e.getMessage() + ")";
        }
    }

    private void end(java.util.function.Consumer<Process> signal) {
        Process running = process;
        if (running == null) {
            return;
        }
        signal.accept(running);
        try {
            if (!running.waitFor(GRACE.toSeconds(), TimeUnit.SECONDS)) {
                running.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            running.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
