package dev.apiserversource.loadtests.adapter;

import dev.apiserversource.loadtests.Patience;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * The receive adapter as its user runs it: {@code java -jar}, told everything by its environment, known by its log, its probes, its
 * metrics and its exit code.
 */
public final class AdapterProcess implements AutoCloseable {

    /** The system property that names the adapter's jar. */
    public static final String JAR = "adapter.jar";

    /** The system property that names the folder for the adapters' logs. */
    public static final String LOGS = "fixture.dir";

    private static final Duration PROBE_TIMEOUT = Duration.ofSeconds(5);

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Process process;
    private final AdapterLog log;
    private final JavaProcess jvm;

    private AdapterProcess(Process process) {
        this.process = process;
        this.jvm = new JavaProcess(process.pid());
        this.log = AdapterLog.of(
                process, Path.of(System.getProperty(LOGS, "target"), "adapter-" + process.pid() + ".log"));
    }

    /** Starts the adapter and returns at once. */
    public static AdapterProcess start(Launch launch) {
        ProcessBuilder builder = new ProcessBuilder(command(launch)).redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().putAll(launch.environment());
        try {
            AdapterProcess adapter = new AdapterProcess(builder.start());
            Runtime.getRuntime().addShutdownHook(new Thread(adapter.process::destroyForcibly));
            return adapter;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start the adapter", e);
        }
    }

    private static List<String> command(Launch launch) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(launch.jvmArguments());
        command.add("-jar");
        command.add(System.getProperty(JAR, "../apiserver-adapter/target/apiserver-adapter.jar"));
        return command;
    }

    /** Waits until {@code /readiness} says yes. */
    public AdapterProcess awaitReady(Patience patience) {
        patience.until(() -> "adapter is ready; " + lastWords(), this::ready);
        return this;
    }

    /** Whether {@code /readiness} says yes; no as well when nobody answers. */
    public boolean ready() {
        return port("probes listening")
                .map(port -> get(port, "/readiness").statusCode() == 200)
                .orElse(false);
    }

    /** What {@code /readiness} answers, in words. */
    public String readiness() {
        return port("probes listening")
                .map(port -> get(port, "/readiness").body())
                .orElse("");
    }

    /** Whether {@code /health} says yes. */
    public boolean healthy() {
        return port("probes listening")
                .map(port -> get(port, "/health").statusCode() == 200)
                .orElse(false);
    }

    /** The metrics of this moment. */
    public AdapterMetrics metrics() {
        int port = port("metrics listening").orElseThrow();
        return AdapterMetrics.parse(get(port, "/metrics").body());
    }

    /** All lines so far. */
    public List<LogLine> log() {
        return log.lines();
    }

    /** Waits for a line of the log. */
    public LogLine awaitLog(String what, Predicate<LogLine> wanted, Patience patience) {
        patience.until(() -> what + "; " + lastWords(), () -> log.first(wanted).isPresent());
        return log.first(wanted).orElseThrow();
    }

    /** Asks the adapter to end. */
    public void sigterm() {
        // Not process.destroy(): that closes our end of its output, and its last words would be lost.
        process.toHandle().destroy();
    }

    /** Kills the adapter. */
    public void kill9() {
        process.destroyForcibly();
    }

    /** Stops the process where it is (SIGSTOP), as an overloaded or paused machine does. */
    public void suspend() {
        jvm.signal("STOP");
    }

    /** Lets a suspended process go on (SIGCONT). */
    public void resume() {
        jvm.signal("CONT");
    }

    /** Whether the process runs. */
    public boolean alive() {
        return process.isAlive();
    }

    /** Waits for the process to end; its exit code. */
    public int awaitExit(Patience patience) {
        patience.until(() -> "adapter ends; " + lastWords(), () -> !process.isAlive());
        return process.exitValue();
    }

    /** Resident memory in bytes. */
    public long residentBytes() {
        return jvm.residentBytes();
    }

    /** The most resident memory there ever was, in bytes; the process must be alive. */
    public long mostResidentBytes() {
        return jvm.mostResidentBytes();
    }

    /** Bytes of the objects that survive a full collection, which this causes. */
    public long liveHeapBytes() {
        return jvm.liveHeapBytes();
    }

    /** How many connections to the port of {@code server} are established. */
    public long connectionsTo(URI server) {
        return jvm.connectionsTo(server.getPort());
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private String lastWords() {
        return (process.isAlive() ? "it runs" : "it ended with " + process.exitValue()) + " and said last:\n"
                + log.lastWords();
    }

    private Optional<Integer> port(String message) {
        return log.first(line -> line.message().equals(message)).map(line -> Integer.valueOf(line.field("port")));
    }

    private HttpResponse<String> get(int port, String path) {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(PROBE_TIMEOUT)
                .build();
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(path + " does not answer; " + lastWords(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
