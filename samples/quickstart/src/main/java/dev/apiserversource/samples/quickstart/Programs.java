package dev.apiserversource.samples.quickstart;

import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

/** The programs that run as processes of their own. One that ends without being asked to ends the quickstart. */
final class Programs implements AutoCloseable {

    private final Path folder;
    private final Set<Program> running = new LinkedHashSet<>();
    private final CompletableFuture<String> brokenOff = new CompletableFuture<>();
    private int started;
    private boolean closed;

    /** Keeps the logs in {@code folder}. */
    Programs(Path folder) {
        this.folder = folder;
    }

    /**
     * Starts {@code command} with {@code environment}, under a name for messages.
     *
     * @throws QuickstartException when all is being closed
     */
    synchronized Program start(String name, List<String> command, Map<String, String> environment) {
        if (closed) {
            throw new QuickstartException("interrupted");
        }
        started++;
        Path log = folder.resolve(name + "-" + started + ".log");
        Program program = Program.start(name, command, environment, log);
        running.add(program);
        // Nobody waits for what comes of it.
        CompletableFuture<Void> unused = program.end().thenAccept(words -> ended(program, words));
        return program;
    }

    /** Asks {@code program} to end, which is no reason to end the quickstart, and waits until it has. */
    void stop(Program program) {
        synchronized (this) {
            running.remove(program);
        }
        program.close();
    }

    /**
     * Waits for {@code future} for {@code timeout} at most.
     *
     * @param what it stands for, for the message
     * @throws QuickstartException when that does not come, or one of the programs ends meanwhile
     */
    void await(CompletableFuture<?> future, Duration timeout, String what) throws InterruptedException {
        try {
            // Whatever is left of the two is of no use to anybody.
            Object ignored = CompletableFuture.anyOf(future, brokenOff).get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw failed(what + " within " + timeout.toSeconds() + " s");
        } catch (ExecutionException e) {
            throw failed(what + ": " + e.getCause());
        }
        if (brokenOff.isDone()) {
            throw new QuickstartException(brokenOff.join());
        }
    }

    /** Waits until one of them ends, which they do not do by themselves. */
    QuickstartException awaitEnd() {
        return new QuickstartException(brokenOff.join());
    }

    /** That {@code problem} came up, with what each program had to say last. */
    synchronized QuickstartException failed(String problem) {
        return new QuickstartException(
                running.stream().map(Program::lastWords).collect(Collectors.joining("\n", problem + "; ", "")));
    }

    /** Stops all of them, at the same time. */
    @Override
    public void close() {
        takeAll().parallelStream().forEach(Program::close);
    }

    private synchronized List<Program> takeAll() {
        closed = true;
        List<Program> all = List.copyOf(running);
        running.clear();
        return all;
    }

    private synchronized void ended(Program program, String words) {
        if (running.remove(program)) {
            brokenOff.complete(words + "; " + program.lastWords());
        }
    }
}
