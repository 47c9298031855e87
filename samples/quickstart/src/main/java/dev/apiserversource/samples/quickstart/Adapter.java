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

/** The receive adapter, started as a user starts it: a jar and a few environment variables. */
final class Adapter implements AutoCloseable {

    /** Longer than the twenty seconds that the adapter gives itself to deliver what it holds. */
    private static final Duration STOPPING = Duration.ofSeconds(25);

    private static final Duration BETWEEN_PROBES = Duration.ofMillis(50);
    private static final Duration PROBE_TIMEOUT = Duration.ofSeconds(5);

    private final ChildProcess process;
    private final AdapterLog log;
    private final HttpClient http = HttpClient.newHttpClient();

    private Adapter(ChildProcess process, AdapterLog log) {
        this.process = process;
        this.log = log;
    }

    /** Starts {@code command} to watch what {@link #environment} says; its log goes to {@code log}. */
    static Adapter start(List<String> command, Map<String, String> environment, AdapterLog log) {
        return new Adapter(ChildProcess.start(command, environment, log), log);
    }

    /** What the adapter has to be told to send every Event object of the namespace default to {@code sink}. */
    static Map<String, String> environment(URI sink, Path kubeconfig) {
        return Map.of(
                "KUBECONFIG", kubeconfig.toString(),
                "NAME", "testevents",
                "NAMESPACE", "default",
                "K_SINK", sink.toString(),
                "K_SOURCE_CONFIG", """
                        {"namespaces":["default"],"allNamespaces":false,\
                        "resources":[{"gvr":{"Group":"","Version":"v1","Resource":"events"}}],"mode":"Resource"}""",
                // Free ports, so that nothing on this machine is in the way.
                "PROBES_PORT", "0",
                "METRICS_PORT", "0",
                "LOG_FORMAT", "text");
    }

    long pid() {
        return process.pid();
    }

    AdapterLog log() {
        return log;
    }

    /**
     * Waits until every watch of the adapter is open.
     *
     * @throws QuickstartException when it ends instead, or is not ready within {@code timeout}
     */
    void awaitReady(Duration timeout) throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (!isReady()) {
            if (process.endsWithin(BETWEEN_PROBES)) {
                throw ended();
            }
            if (System.nanoTime() - deadline > 0) {
                throw failed("the adapter was not ready within " + timeout.toSeconds() + " s");
            }
        }
    }

    /** Waits until the adapter ends, which it does not do by itself. */
    QuickstartException awaitEnd() throws InterruptedException {
        process.awaitEnd();
        return ended();
    }

    /** That {@code problem} came up, with what the adapter had to say last. */
    QuickstartException failed(String problem) {
        return new QuickstartException(problem + "; the adapter's last words:\n" + log.tail());
    }

    @Override
    public void close() {
        process.stop(STOPPING);
    }

    private QuickstartException ended() {
        return failed("the adapter ended with exit code " + process.exitValue());
    }

    private boolean isReady() throws InterruptedException {
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
}
