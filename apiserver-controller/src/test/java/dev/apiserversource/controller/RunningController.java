package dev.apiserversource.controller;

import io.fabric8.kubernetes.client.KubernetesClient;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** A controller within a test, as it runs in production but for the end of the process. */
public final class RunningController implements AutoCloseable {

    private final BlockingQueue<Exit> ends = new LinkedBlockingQueue<>();
    private final KubernetesClient client;
    private final ControllerProcess process;
    private final List<String> problems;

    private RunningController(KubernetesClient client, Map<String, String> environment) throws IOException {
        this.client = client;
        this.process = new ControllerProcess(ControllerConfig.from(environment), client, Clock.systemUTC(), ends::add);
        this.problems = process.start();
    }

    /** Starts one with this environment beside what it cannot do without. */
    public static RunningController start(KubernetesClient client, Map<String, String> environment) {
        Map<String, String> all = new HashMap<>(Map.of(
                "APISERVER_RA_IMAGE", "adapter:1",
                "SYSTEM_NAMESPACE", "apiserversource-system",
                "LEASE_DURATION", "PT3S",
                "PROBES_PORT", "0",
                "METRICS_PORT", "0"));
        all.putAll(environment);
        try {
            return new RunningController(client, all);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What was missing in the cluster. */
    public List<String> problems() {
        return problems;
    }

    public int probesPort() {
        return process.probesPort();
    }

    public int metricsPort() {
        return process.metricsPort();
    }

    @Override
    public void close() {
        process.close();
        client.close();
    }
}
