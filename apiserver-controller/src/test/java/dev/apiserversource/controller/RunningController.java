package dev.apiserversource.controller;

import dev.apiserversource.controller.ControllerRuntime.ExitCode;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** The controller as in production, except that it does not exit the JVM. */
public final class RunningController implements AutoCloseable {

    private final BlockingQueue<ExitCode> exits = new LinkedBlockingQueue<>();
    private final KubernetesClient client;
    private final ControllerRuntime runtime;
    private final List<String> problems;

    private RunningController(KubernetesClient client, Map<String, String> environment) throws IOException {
        this.client = client;
        this.runtime = new ControllerRuntime(ControllerConfig.from(environment), client, Clock.systemUTC(), exits::add);
        this.problems = runtime.start();
    }

    /** Starts a controller with the client of production, and {@code environment} and what is required. */
    public static RunningController start(Path kubeconfig, Map<String, String> environment) {
        return start(ControllerMain.client(Config.fromKubeconfig(kubeconfig.toFile())), environment);
    }

    /** Starts a controller with {@code environment} and what is required. */
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

    /** What the cluster lacks. */
    public List<String> problems() {
        return problems;
    }

    List<String> unhealthyInformers() {
        return runtime.unhealthyInformers();
    }

    public int probesPort() {
        return runtime.probesPort();
    }

    public int metricsPort() {
        return runtime.metricsPort();
    }

    @Override
    public void close() {
        runtime.close();
        client.close();
    }
}
