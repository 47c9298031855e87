package dev.apiserversource.controller;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.apiserversource.controller.apiserversource.AdapterTemplate;
import dev.apiserversource.controller.knative.KnativeLeases;
import dev.apiserversource.controller.namespaces.NamespaceScope;
import dev.apiserversource.controller.sink.ClusterDomain;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.Toleration;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * The configuration of the controller, read from its environment.
 *
 * @param adapter settings that all adapters share
 * @param systemNamespace the namespace of the controller and of its Lease
 * @param watchNamespaces the only namespaces whose sources are reconciled; all when empty
 * @param scope what the controller may read beyond its sources
 * @param clusterDomain the suffix of the DNS names of Services
 * @param leaderElection whether the controller reconciles only while it holds the Lease
 * @param leaseDuration after how long without renewal the Lease expires
 * @param identity the holder of the Lease
 * @param knative how Knative's controller of the same sources is treated
 * @param reconcileThreads number of sources reconciled concurrently
 * @param logLevel the level of the log; that of Knative's ConfigMap when empty
 * @param probesPort serves {@code /health} and {@code /readiness}; 0 for a free one
 * @param metricsPort serves {@code /metrics}; 0 for a free one
 */
record ControllerConfig(
        AdapterTemplate adapter,
        String systemNamespace,
        Set<String> watchNamespaces,
        NamespaceScope scope,
        String clusterDomain,
        boolean leaderElection,
        Duration leaseDuration,
        String identity,
        KnativeLeases.Settings knative,
        int reconcileThreads,
        Optional<String> logLevel,
        int probesPort,
        int metricsPort) {

    private static final Path RESOLV_CONF = Path.of("/etc/resolv.conf");
    private static final int MAX_PORT = 65_535;
    private static final int MAX_THREADS = 100;
    private static final Duration MIN_LEASE_DURATION = Duration.ofSeconds(3);

    /**
     * Reads the environment.
     *
     * @throws EnvReader.InvalidConfigException with every problem and its remedy
     */
    static ControllerConfig from(Map<String, String> environment) {
        EnvReader env = new EnvReader(environment);
        Duration leaseDuration = env.duration("LEASE_DURATION", Duration.ofSeconds(15), MIN_LEASE_DURATION);
        String identity = env.text("POD_NAME", env.text("HOSTNAME", "controller-" + UUID.randomUUID()));
        Set<String> watchNamespaces = watchNamespaces(env);
        ControllerConfig config = new ControllerConfig(
                adapter(env),
                env.required("SYSTEM_NAMESPACE"),
                watchNamespaces,
                scope(env, watchNamespaces),
                env.optional("CLUSTER_DOMAIN").orElseGet(() -> ClusterDomain.of(RESOLV_CONF)),
                env.flag("LEADER_ELECTION", true),
                leaseDuration,
                identity,
                new KnativeLeases.Settings(
                        env.text("KNATIVE_NAMESPACE", "knative-eventing"),
                        env.flag("KNATIVE_TAKEOVER", false),
                        identity,
                        leaseDuration),
                env.integer("RECONCILE_THREADS", 10, 1, MAX_THREADS),
                env.optional("LOG_LEVEL"),
                env.integer("PROBES_PORT", 8080, 0, MAX_PORT),
                env.integer("METRICS_PORT", 9092, 0, MAX_PORT));
        env.throwIfInvalid();
        return config;
    }

    /** Of {@code WATCH_NAMESPACES}, or of {@code WATCH_NAMESPACE}, which took one. */
    private static Set<String> watchNamespaces(EnvReader env) {
        Set<String> several = env.names("WATCH_NAMESPACES");
        Set<String> one = env.names("WATCH_NAMESPACE");
        env.check(
                several.isEmpty() || one.isEmpty(),
                "WATCH_NAMESPACES and WATCH_NAMESPACE are both set: remove WATCH_NAMESPACE");
        return several.isEmpty() ? one : several;
    }

    private static NamespaceScope scope(EnvReader env, Set<String> watchNamespaces) {
        if (env.flag("CLUSTER_ACCESS", true)) {
            return NamespaceScope.CLUSTER;
        }
        env.check(
                !watchNamespaces.isEmpty(),
                "CLUSTER_ACCESS=false needs WATCH_NAMESPACES: name the namespaces that the controller has Roles in");
        return new NamespaceScope(watchNamespaces);
    }

    private static AdapterTemplate adapter(EnvReader env) {
        return new AdapterTemplate(
                env.required("APISERVER_RA_IMAGE"),
                env.text("SYSTEM_NAMESPACE", ""),
                env.text("ADAPTER_JAVA_OPTIONS", AdapterTemplate.DEFAULT_JAVA_OPTIONS),
                env.json(
                        "ADAPTER_RESOURCES",
                        "{\"requests\":{\"memory\":\"192Mi\"}}",
                        new TypeReference<ResourceRequirements>() {},
                        AdapterTemplate.defaultResources()),
                env.json(
                        "ADAPTER_NODE_SELECTOR",
                        "{\"disktype\":\"ssd\"}",
                        new TypeReference<Map<String, String>>() {},
                        Map.of()),
                env.json(
                        "ADAPTER_TOLERATIONS",
                        "[{\"key\":\"infra\",\"operator\":\"Exists\"}]",
                        new TypeReference<List<Toleration>>() {},
                        List.of()),
                Map.of());
    }

    /** Where Knative's ConfigMaps are looked for: with a takeover, those of Knative Eventing apply too. */
    List<String> configMapNamespaces() {
        return knative.takeover() && !knative.namespace().equals(systemNamespace)
                ? List.of(systemNamespace, knative.namespace())
                : List.of(systemNamespace);
    }
}
