package dev.apiserversource.frame.config;

import dev.apiserversource.frame.delivery.DeliverySettings;
import dev.apiserversource.frame.leader.LeaseSettings;
import dev.apiserversource.frame.tracing.TracingSettings;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * The configuration that every source's process has. The variables beginning with {@code K_} are those of Knative.
 *
 * @param name of the source
 * @param namespace of the source
 * @param delivery where and how events are delivered
 * @param overrides attributes set on every event
 * @param lease of the leader; empty when this process works without one
 * @param process what concerns the process itself
 */
public record FrameConfig(
        String name,
        String namespace,
        DeliverySettings delivery,
        Map<String, String> overrides,
        Optional<LeaseSettings> lease,
        ProcessConfig process) {

    private static final String DELIVERY_SPEC = "DELIVERY_SPEC";
    private static final int MAX_PORT = 65_535;
    private static final String NAME_REMEDY = "set it to the name of the source";
    private static final String NAMESPACE_REMEDY = "set it to the namespace of the source";

    /**
     * The end of the process and its ports.
     *
     * @param drainTimeout how long pending events may take after the signal to stop
     * @param probesPort of {@code /health} and {@code /readiness}; 0 for any free one
     * @param metricsPort of {@code /metrics}; 0 for any free one
     * @param tracing of deliveries; empty: off
     */
    public record ProcessConfig(
            Duration drainTimeout, int probesPort, int metricsPort, Optional<TracingSettings> tracing) {

        /** 20 seconds; the ports that Knative's controller declares. */
        public static final ProcessConfig DEFAULT = new ProcessConfig(Duration.ofSeconds(20), 8080, 9092);

        /** As above, without tracing. */
        public ProcessConfig(Duration drainTimeout, int probesPort, int metricsPort) {
            this(drainTimeout, probesPort, metricsPort, Optional.empty());
        }

        private static ProcessConfig from(EnvReader env) {
            return new ProcessConfig(
                    env.seconds("ADAPTER_DRAIN_TIMEOUT", DEFAULT.drainTimeout),
                    env.number("PROBES_PORT", DEFAULT.probesPort, 0, MAX_PORT),
                    env.number("METRICS_PORT", DEFAULT.metricsPort, 0, MAX_PORT),
                    TracingConfig.read(env));
        }
    }

    /** Reads the environment; the DeliverySpec is the JSON object in {@code DELIVERY_SPEC}, which may be missing. */
    public static FrameConfig from(EnvReader env) {
        return from(env, JsonFields.of(env, DELIVERY_SPEC));
    }

    /** As {@link #from(EnvReader, JsonFields, Optional)}, without a Lease unless {@code LEASE_NAME} has one. */
    public static FrameConfig from(EnvReader env, JsonFields delivery) {
        return from(env, delivery, Optional.empty());
    }

    /**
     * Reads the environment. Errors are added to those of {@code env}.
     *
     * @param delivery the DeliverySpec, which may be missing
     * @param optionalLease name of the Lease when {@code LEASE_NAME} is not set; used when the rights to it are there
     */
    public static FrameConfig from(EnvReader env, JsonFields delivery, Optional<String> optionalLease) {
        String name = env.required("NAME", NAME_REMEDY);
        String namespace = env.required("NAMESPACE", NAMESPACE_REMEDY);
        return new FrameConfig(
                name,
                namespace,
                DeliveryConfig.read(env, delivery, namespace),
                CeOverrides.parse(env.text(CeOverrides.VARIABLE).orElse("{}"), env.errors()),
                lease(env, optionalLease),
                ProcessConfig.from(env));
    }

    /** Reads the environment of a source that names a sink with each event. {@code K_SINK} is ignored. */
    public static FrameConfig withoutSink(EnvReader env) {
        String name = env.required("NAME", NAME_REMEDY);
        String namespace = env.required("NAMESPACE", NAMESPACE_REMEDY);
        return new FrameConfig(
                name,
                namespace,
                DeliveryConfig.withoutSink(env, namespace),
                Map.of(),
                lease(env, Optional.empty()),
                ProcessConfig.from(env));
    }

    private static Optional<LeaseSettings> lease(EnvReader env, Optional<String> optional) {
        Duration duration = env.seconds(
                "LEASE_DURATION",
                LeaseSettings.DEFAULT_DURATION,
                LeaseSettings.MIN_DURATION,
                LeaseSettings.MAX_DURATION);
        boolean required = env.isSet("LEASE_NAME");
        return (required ? env.text("LEASE_NAME") : optional)
                .map(name ->
                        new LeaseSettings(env.text("NAMESPACE").orElse(""), name, identity(env), duration, required));
    }

    /** The name of the pod. A pod that does not pass its name on has it as its host name. */
    private static String identity(EnvReader env) {
        Optional<String> host = env.text("KUBERNETES_SERVICE_HOST").flatMap(inPod -> env.text("HOSTNAME"));
        return env.text("POD_NAME")
                .or(() -> host)
                .orElseGet(() -> env.text("NAME").orElse("") + "-" + UUID.randomUUID());
    }
}
