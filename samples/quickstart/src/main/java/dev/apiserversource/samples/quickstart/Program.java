package dev.apiserversource.samples.quickstart;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** One of the product's programs, started as a container starts it: a jar and environment variables. */
final class Program implements AutoCloseable {

    /** Longer than the twenty seconds that the adapter gives itself to deliver what it holds. */
    private static final Duration STOPPING = Duration.ofSeconds(25);

    private static final Duration PROBE_TIMEOUT = Duration.ofSeconds(5);

    private final String name;
    private final ChildProcess process;
    private final ProgramLog log;
    private final HttpClient http = HttpClient.newHttpClient();

    private Program(String name, ChildProcess process, ProgramLog log) {
        this.name = name;
        this.process = process;
        this.log = log;
    }

    /**
     * Starts {@code command}.
     *
     * @param name what it is called in messages
     * @param environment all the variables that it has
     * @param logFile where its output goes
     */
    static Program start(String name, List<String> command, Map<String, String> environment, Path logFile) {
        ProgramLog log = new ProgramLog(logFile);
        return new Program(name, ChildProcess.start(command, environment, log), log);
    }

    long pid() {
        return process.pid();
    }

    Path logFile() {
        return log.file();
    }

    /** Completes, with words for it, when the program has ended, whether asked to or not. */
    CompletableFuture<String> end() {
        return process.end().thenApply(exitCode -> "the " + name + " ended with exit code " + exitCode);
    }

    /** The last lines of its output. */
    String lastWords() {
        return "the " + name + "'s last words:\n" + log.tail();
    }

    /** Whether it answers a readiness probe as a container that is ready does. */
    boolean isReady() throws InterruptedException {
        if (!log.probesPort().isDone()) {
            return false;
        }
        URI readiness = URI.create("http://127.0.0.1:" + log.probesPort().join() + "/readiness");
        HttpRequest request =
                HttpRequest.newBuilder(readiness).timeout(PROBE_TIMEOUT).build();
        try {
            return http.send(request, BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException notYet) {
            return false;
        }
    }

    /** Asks it to end, and ends it when it does not in time. */
    @Override
    public void close() {
        process.stop(STOPPING);
    }
}
