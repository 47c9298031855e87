package dev.apiserversource.loadtests.compare.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** An adapter under measurement: a command of the user, with an environment. */
public final class Adapter implements AutoCloseable {

    private static final Duration GRACE = Duration.ofSeconds(3);

    private final Process process;
    private final long startedAt;

    private Adapter(Process process, long startedAt) {
        this.process = process;
        this.startedAt = startedAt;
    }

    /**
     * Starts it.
     *
     * @param command one program and its arguments, quoted as for a shell
     * @param environment all variables
     * @param prefix of the shell's text, for example to enter a control group; may be empty
     * @param log file for its output
     */
    public static Adapter start(String command, Map<String, String> environment, String prefix, Path log) {
        ProcessBuilder builder = new ProcessBuilder(List.of("/bin/sh", "-c", prefix + "exec " + command))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        try {
            long startedAt = System.nanoTime();
            Process process = builder.start();
            Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
            return new Adapter(process, startedAt);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** When it was started, in nanoseconds of {@link System#nanoTime()}. */
    public long startedAt() {
        return startedAt;
    }

    /** Its CPU time so far. */
    public Duration cpu() {
        return ProcFiles.cpu(process.pid());
    }

    /** Its process id. */
    public long pid() {
        return process.pid();
    }

    /** Whether it runs. */
    public boolean isAlive() {
        return process.isAlive();
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(GRACE.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
        }
    }
}
