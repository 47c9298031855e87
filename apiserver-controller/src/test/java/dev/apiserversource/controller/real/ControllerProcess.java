package dev.apiserversource.controller.real;

import dev.apiserversource.controller.Repository;
import dev.apiserversource.controller.real.RealCluster.Installed;
import dev.apiserversource.loadtests.cluster.ControlPlaneExtension;
import dev.apiserversource.loadtests.process.LocalProcess;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The controller as a process of its own, with the memory that its manifest gives it, or with more heap: {@code
 * -Dcontroller.heap=512m}.
 */
final class ControllerProcess {

    /** The limit in the manifest, in bytes. */
    static final long MEMORY_LIMIT = 300 * 1024 * 1024;

    private final HttpClient http = HttpClient.newHttpClient();
    private final int metricsPort = LocalProcess.freePort();
    private final LocalProcess process;

    ControllerProcess(Installed cluster) {
        Map<String, String> environment = new HashMap<>(memorySettings());
        environment.putAll(Map.of(
                "KUBECONFIG", cluster.controller().kubeconfig().toString(),
                "APISERVER_RA_IMAGE", "adapter:1",
                "PINGSOURCE_RA_IMAGE", "ping:1",
                "SYSTEM_NAMESPACE", "apiserversource-system",
                "LOG_FORMAT", "text",
                "LEASE_DURATION", "PT6S",
                "PROBES_PORT", "0",
                "METRICS_PORT", Integer.toString(metricsPort)));
        String heap = System.getProperty("controller.heap", "");
        if (!heap.isEmpty()) {
            environment.merge("JAVA_TOOL_OPTIONS", "-Xmx" + heap, (manifest, larger) -> manifest + " " + larger);
        }
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        this.process = new LocalProcess(
                List.of(java, "-jar", "target/apiserver-controller.jar"),
                environment,
                ControlPlaneExtension.folder().resolve("controller.log"));
    }

    /** As the manifest has them. */
    private static Map<String, String> memorySettings() {
        Map<String, Object> deployment =
                Repository.objects(Repository.DEPLOY.resolve("controller.yaml")).get(0);
        List<Map<String, Object>> containers = Repository.at(deployment, "spec", "template", "spec", "containers");
        List<Map<String, String>> environment = Repository.at(containers.get(0), "env");
        return environment.stream()
                .filter(variable ->
                        Set.of("JAVA_TOOL_OPTIONS", "MALLOC_ARENA_MAX").contains(variable.get("name")))
                .collect(Collectors.toMap(variable -> variable.get("name"), variable -> variable.get("value")));
    }

    void start() {
        process.start();
    }

    void stop() {
        process.stop();
    }

    long peakResidentBytes() {
        return process.peakResidentBytes();
    }

    Duration cpuTime() {
        return process.cpuTime();
    }

    /** The successful reconciliations since its start; 0 while it starts. Fails when it has exited. */
    double reconciliations() {
        if (!process.alive()) {
            throw new AssertionError("the controller has exited: " + process.describe());
        }
        try {
            URI metrics = URI.create("http://127.0.0.1:" + metricsPort + "/metrics");
            return http.send(HttpRequest.newBuilder(metrics).build(), HttpResponse.BodyHandlers.ofString())
                    .body()
                    .lines()
                    .filter(line -> line.startsWith("apiserversource_controller_reconcile_seconds_count"))
                    .filter(line -> !line.contains("failure"))
                    .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                    .sum();
        } catch (IOException e) {
            return 0;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
