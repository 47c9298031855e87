package dev.apiserversource.controller;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.apiserversource.controller.apiserversource.AdapterTemplate;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.Toleration;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the controller is told by its environment.
 *
 * @param adapter what all adapters have in common
 * @param systemNamespace the namespace of the controller and of its Lease
 * @param watchNamespace the one namespace whose sources are reconciled; all when empty
 * @param clusterDomain the end of the names of Services
 * @param leaderElection whether a Lease must be held
 * @param leaseDuration how long a Lease outlives a crashed leader
 * @param identity the name in the Lease
 * @param reconcileThreads how many sources are reconciled at once
 * @param probesPort serves {@code /health} and {@code /readiness}; 0 for any free one
 * @param metricsPort serves {@code /metrics}; 0 for any free one
 */
record ControllerConfig(
        AdapterTemplate adapter,
        String systemNamespace,
        Optional<String> watchNamespace,
        String clusterDomain,
        boolean leaderElection,
        Duration leaseDuration,
        String identity,
        int reconcileThreads,
        int probesPort,
        int metricsPort) {

    private static final int HIGHEST_PORT = 65_535;
    private static final int MOST_THREADS = 100;
    private static final Duration SHORTEST_LEASE = Duration.ofSeconds(3);

    /**
     * Reads the environment.
     *
     * @throws InvalidConfigException naming every problem and its remedy
     */
    static ControllerConfig from(Map<String, String> environment) {
        Variables variables = new Variables(environment);
        ControllerConfig config = new ControllerConfig(
                adapter(variables),
                variables.name("SYSTEM_NAMESPACE"),
                variables.optional("WATCH_NAMESPACE"),
                variables.text("CLUSTER_DOMAIN", "cluster.local"),
                variables.flag("LEADER_ELECTION", true),
                variables.duration("LEASE_DURATION", Duration.ofSeconds(15), SHORTEST_LEASE),
                variables.text("POD_NAME", variables.text("HOSTNAME", "controller")),
                variables.number("RECONCILE_THREADS", 10, 1, MOST_THREADS),
                variables.number("PROBES_PORT", 8080, 0, HIGHEST_PORT),
                variables.number("METRICS_PORT", 9092, 0, HIGHEST_PORT));
        variables.refuseProblems();
        return config;
    }

    private static AdapterTemplate adapter(Variables variables) {
        return new AdapterTemplate(
                variables.name("APISERVER_RA_IMAGE"),
                variables.text("SYSTEM_NAMESPACE", ""),
                variables.text("ADAPTER_JAVA_OPTIONS", AdapterTemplate.DEFAULT_JAVA_OPTIONS),
                variables.json(
                        "ADAPTER_RESOURCES",
                        "{\"requests\":{\"memory\":\"192Mi\"}}",
                        new TypeReference<ResourceRequirements>() {},
                        AdapterTemplate.defaultResources()),
                variables.json(
                        "ADAPTER_NODE_SELECTOR",
                        "{\"disktype\":\"ssd\"}",
                        new TypeReference<Map<String, String>>() {},
                        Map.of()),
                variables.json(
                        "ADAPTER_TOLERATIONS",
                        "[{\"key\":\"infra\",\"operator\":\"Exists\"}]",
                        new TypeReference<List<Toleration>>() {},
                        List.of()));
    }
}
