package dev.apiserversource.training;

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
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The adapter as a process that records its AOT cache. Its output goes to a file. */
final class TrainedProcess implements AutoCloseable {

    private static final Pattern PORT = Pattern.compile("\"msg\":\"(probes|metrics) listening\".*\"port\":\"?([0-9]+)");
    private static final Duration POLL = Duration.ofMillis(20);

    private final HttpClient http = HttpClient.newHttpClient();
    private final Process process;
    private final Path log;

    private TrainedProcess(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /**
     * Starts the adapter.
     *
     * @param command java, its options and the main class
     * @param cache the file to write
     * @param log receives the output
     */
    static TrainedProcess start(List<String> command, Path cache, Map<String, String> environment, Path log)
            throws IOException {
        List<String> recording = new ArrayList<>(command);
        recording.add(1, "-XX:AOTCacheOutput=" + cache);
        ProcessBuilder builder =
                new ProcessBuilder(recording).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().remove("JAVA_TOOL_OPTIONS");
        builder.environment().putAll(environment);
        Process process = builder.start();
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        return new TrainedProcess(process, log);
    }

    /**
     * Waits for a condition.
     *
     * @throws IllegalStateException with the log when it does not hold in time, or the process has ended
     */
    void await(String what, Duration limit, BooleanSupplier condition) {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            if (!process.isAlive() || System.nanoTime() > deadline) {
                throw new IllegalStateException(what + ": not within " + limit + "; log:\n" + read());
            }
            pause();
        }
    }

    private static void pause() {
        try {
            Thread.sleep(POLL.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** Whether a probe or the metrics answer 200; {@code server} is the word in the log line with its port. */
    boolean answers(String server, String path) {
        Matcher ports = PORT.matcher(read());
        while (ports.find()) {
            if (ports.group(1).equals(server)) {
                return status("http://127.0.0.1:" + ports.group(2) + path) == 200;
            }
        }
        return false;
    }

    private int status(String url) {
        try {
            HttpRequest request = HttpRequest.newBuilder(URI.create(url))
                    .timeout(Duration.ofSeconds(5))
                    .build();
            return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
        } catch (IOException e) {
            return 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** Sends SIGTERM and waits until the process has written its cache, which takes it another process. */
    void stop(Duration limit) throws InterruptedException {
        process.destroy();
        if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new IllegalStateException("no exit within " + limit + "; log:\n" + read());
        }
        if (process.exitValue() != 0) {
            throw new IllegalStateException("exit code " + process.exitValue() + "; log:\n" + read());
        }
    }

    String read() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
