package dev.apiserversource.loadtests.adapter;

import dev.apiserversource.loadtests.process.AdapterCommand;
import dev.apiserversource.loadtests.process.LocalProcess;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The receive adapter as its user runs it: an {@link AdapterCommand} with an environment. Tests see its log, probes,
 * metrics and exit code.
 */
public final class AdapterProcess implements AutoCloseable {

    /** System property with the path of the adapter's jar. */
    public static final String JAR = "adapter.jar";

    /** Generous: the adapter serves it on its event loop, which gets little CPU time on a busy machine. */
    private static final Duration HTTP_TIMEOUT = Duration.ofSeconds(20);

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final List<LogLine> log = new ArrayList<>();
    private final LocalProcess process;

    private AdapterProcess(LocalProcess process) {
        this.process = process;
    }

    /**
     * Starts the adapter and returns at once.
     *
     * @param logs folder for the log file
     */
    public static AdapterProcess start(AdapterLaunch launch, Path logs) {
        AdapterProcess adapter =
                new AdapterProcess(new LocalProcess(command(launch), launch.environment(), newLogFile(logs)));
        adapter.process.start();
        return adapter;
    }

    private static List<String> command(AdapterLaunch launch) {
        String jar = Objects.requireNonNull(System.getProperty(JAR), "system property " + JAR + " is not set");
        return AdapterCommand.of(jar, launch.jvmArguments());
    }

    private static Path newLogFile(Path logs) {
        try {
            return Files.createTempFile(Files.createDirectories(logs), "adapter-", ".log");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until {@code /readiness} answers 200. */
    public AdapterProcess awaitReady(Duration limit) {
        process.await("adapter is ready", limit, this::ready);
        return this;
    }

    /** Whether {@code /readiness} answers 200; false without a response. */
    public boolean ready() {
        return succeeds("/readiness");
    }

    /** The text of {@code /readiness}; empty without a response. */
    public String readiness() {
        try {
            return port(LogLine.PROBES_LISTENING)
                    .map(port -> get(port, "/readiness").body())
                    .orElse("");
        } catch (UncheckedIOException noResponse) {
            return "";
        }
    }

    /** Whether {@code /health} answers 200; false without a response. */
    public boolean healthy() {
        return succeeds("/health");
    }

    /** The current metrics. */
    public AdapterMetrics metrics() {
        int port = port(LogLine.METRICS_LISTENING).orElseThrow();
        return AdapterMetrics.parse(get(port, "/metrics").body());
    }

    /** All log lines so far. */
    public synchronized List<LogLine> log() {
        List<String> lines = process.lines();
        lines.subList(log.size(), lines.size()).stream().map(LogLine::of).forEach(log::add);
        return List.copyOf(log);
    }

    /** Waits for a log line that matches. */
    public LogLine awaitLog(String what, Predicate<LogLine> wanted, Duration limit) {
        process.await(what, limit, () -> log().stream().anyMatch(wanted));
        return log().stream().filter(wanted).findFirst().orElseThrow();
    }

    /** Sends SIGTERM. */
    public void terminate() {
        process.terminate();
    }

    /** Sends SIGKILL and waits for the exit. */
    public void kill() {
        process.kill();
    }

    /** Sends SIGSTOP. */
    public void suspend() {
        process.suspend();
    }

    /** Sends SIGCONT. */
    public void resume() {
        process.resume();
    }

    /** Whether the process runs. */
    public boolean alive() {
        return process.alive();
    }

    /** Waits for the exit; returns the exit code. */
    public int awaitExit(Duration limit) {
        return process.awaitExit(limit);
    }

    /** Resident memory in bytes. */
    public long residentBytes() {
        return process.residentBytes();
    }

    /** The peak of resident memory in bytes; the process must be alive. */
    public long peakResidentBytes() {
        return process.peakResidentBytes();
    }

    /** Bytes of the objects that survive a full collection, which this call causes. */
    public long liveHeapBytes() {
        return process.liveHeapBytes();
    }

    /** How many connections to the port of {@code server} are established. */
    public long connectionsTo(URI server) {
        return process.connectionsTo(server.getPort());
    }

    @Override
    public void close() {
        process.kill();
    }

    private boolean succeeds(String probe) {
        try {
            return port(LogLine.PROBES_LISTENING)
                    .map(port -> get(port, probe).statusCode() == 200)
                    .orElse(false);
        } catch (UncheckedIOException noResponse) {
            return false;
        }
    }

    private Optional<Integer> port(String message) {
        return log().stream()
                .filter(line -> line.says(message))
                .map(line -> Integer.valueOf(line.field("port")))
                .findFirst();
    }

    private HttpResponse<String> get(int port, String path) {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(HTTP_TIMEOUT)
                .build();
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(path + " does not respond; " + process.describe(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
