package dev.apiserversource.samples.quickstart;

import org.jspecify.annotations.Nullable;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Starts processes and keeps them running: one that exits is restarted with exponential backoff, as the kubelet
 * restarts containers (restartPolicy Always).
 */
final class ProcessSupervisor implements AutoCloseable {

    private static final Duration MAX_BACKOFF = Duration.ofSeconds(30);
    /** A process that has run this long starts with the initial backoff again. */
    private static final Duration BACKOFF_RESET = Duration.ofMinutes(1);
    /** Longer than the 20 s that the adapter takes at most to deliver what is pending. */
    private static final Duration GRACE_PERIOD = Duration.ofSeconds(25);

    private final Path logFolder;
    private final Console console;
    private final Duration initialBackoff;
    private final ScheduledExecutorService restarts =
            Executors.newSingleThreadScheduledExecutor(work -> new Thread(work, "restarts"));
    private final Deque<Supervised> processes = new ArrayDeque<>();
    private int logFiles;
    private boolean closed;

    ProcessSupervisor(Path logFolder, Console console, Duration initialBackoff) {
        this.logFolder = logFolder;
        this.console = console;
        this.initialBackoff = initialBackoff;
    }

    /**
     * Starts {@code command} and restarts it until it is stopped.
     *
     * @param name for messages and the log file
     * @param environment all of its variables
     * @param output receives its standard output, in whole lines
     * @throws QuickstartException when the supervisor is closed
     */
    synchronized Supervised start(
            String name, List<String> command, Map<String, String> environment, Consumer<String> output) {
        if (closed) {
            throw new QuickstartException("interrupted");
        }
        logFiles++;
        ProcessLog log = new ProcessLog(logFolder.resolve(name + "-" + logFiles + ".log"));
        Supervised process = new Supervised(name, command, environment, output, log);
        process.start("");
        processes.push(process);
        return process;
    }

    /** Stops {@code process} with SIGTERM; blocks until it has exited. */
    void stop(Supervised process) {
        synchronized (this) {
            processes.remove(process);
        }
        process.stop();
        console.progress(process.name, "process " + process.pid() + " stopped");
    }

    /** A failure with {@code problem} and the last output of each process. */
    synchronized QuickstartException failure(String problem) {
        return new QuickstartException(
                processes.stream().map(Supervised::summary).collect(Collectors.joining("\n", problem + "; ", "")));
    }

    /** Stops all processes, the last one first: event-display outlives the adapters that deliver to it. */
    @Override
    public void close() {
        for (Supervised process : takeAll()) {
            process.stop();
        }
        restarts.shutdownNow();
    }

    private synchronized List<Supervised> takeAll() {
        closed = true;
        List<Supervised> lastFirst = List.copyOf(processes);
        processes.clear();
        // They are stopped one after the other; none is restarted meanwhile.
        lastFirst.forEach(Supervised::cancelRestarts);
        return lastFirst;
    }

    /** A duration as Kubernetes prints it, such as 1s. */
    private static String text(Duration duration) {
        return duration.toString().substring("PT".length()).toLowerCase(Locale.ROOT);
    }

    /** One program, and the process that runs it at present. */
    final class Supervised {

        private final String name;
        private final List<String> command;
        private final Map<String, String> environment;
        private final Consumer<String> output;
        private final ProcessLog log;
        private Duration backoff = initialBackoff;
        private @Nullable ChildProcess process;
        private long startedAt;
        private String state = "is running";
        private boolean stopped;

        private Supervised(
                String name,
                List<String> command,
                Map<String, String> environment,
                Consumer<String> output,
                ProcessLog log) {
            this.name = name;
            this.command = command;
            this.environment = environment;
            this.output = output;
            this.log = log;
        }

        /** The PID of the last process, which may have exited. */
        long pid() {
            return current().pid();
        }

        /** Whether a process runs at present. */
        boolean isRunning() {
            return current().isRunning();
        }

        /** The port of the probes of the present process; empty until it has been logged, and while none runs. */
        OptionalInt probesPort() {
            return log.probesPort();
        }

        private synchronized void start(String reason) {
            if (stopped) {
                return;
            }
            process = ChildProcess.start(command, environment, this::append, log::append);
            startedAt = System.nanoTime();
            console.progress(name, reason + "process " + process.pid() + ", log " + log.file());
            CompletableFuture<Void> unused = process.exit().thenAccept(this::exited);
        }

        private synchronized void exited(int exitCode) {
            state = "exited with code " + exitCode;
            log.restarted();
            if (System.nanoTime() - startedAt > BACKOFF_RESET.toNanos()) {
                backoff = initialBackoff;
            }
            restartAfterBackoff(state);
        }

        /** Logged at the restart, not before: on Ctrl-C all processes exit, and none is restarted. */
        private synchronized void restartAfterBackoff(String reason) {
            if (stopped) {
                return;
            }
            String restarted = reason + ", restarted after " + text(backoff) + ": ";
            Future<?> unused = restarts.schedule(() -> restart(restarted), backoff.toMillis(), TimeUnit.MILLISECONDS);
            Duration doubled = backoff.multipliedBy(2);
            backoff = doubled.compareTo(MAX_BACKOFF) < 0 ? doubled : MAX_BACKOFF;
        }

        private void restart(String reason) {
            try {
                start(reason);
            } catch (UncheckedIOException e) {
                restartAfterBackoff(String.valueOf(e.getMessage()));
            }
        }

        private void append(String lines) {
            log.append(lines);
            output.accept(lines);
        }

        private synchronized void cancelRestarts() {
            stopped = true;
        }

        private void stop() {
            cancelRestarts();
            current().stop(GRACE_PERIOD);
            log.close();
        }

        private synchronized ChildProcess current() {
            return Objects.requireNonNull(process);
        }

        private synchronized String summary() {
            return name + " " + state + "; its last lines:\n" + log.tail();
        }
    }
}
