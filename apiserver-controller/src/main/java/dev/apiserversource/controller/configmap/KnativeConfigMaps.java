package dev.apiserversource.controller.configmap;

import dev.apiserversource.controller.status.EventRecorder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * The settings in Knative's ConfigMaps {@code config-features}, {@code config-logging} and {@code
 * config-observability}. Each is optional. A change takes effect at once. An invalid ConfigMap changes nothing.
 */
public final class KnativeConfigMaps {

    /** The names of the ConfigMaps. */
    public static final List<String> NAMES =
            List.of(NodeSelectorFlags.CONFIG_MAP, LoggingConfig.CONFIG_MAP, ObservabilityConfig.CONFIG_MAP);

    /** The adapter's name in {@code config-logging}, the same as its {@code K_COMPONENT}. */
    private static final String ADAPTER = "apiserversource";

    /** The name of Knative's controller in {@code config-logging}. */
    private static final String CONTROLLER = "controller";

    private final FollowedConfigMap<Map<String, String>> features;
    private final FollowedConfigMap<LoggingConfig> logging;
    private final FollowedConfigMap<String> observability;

    /**
     * Reads nothing before the {@link #eventSources} are started.
     *
     * @param namespaces where the ConfigMaps are looked for; each is taken from the first that has it
     * @param events records Event objects on invalid ConfigMaps
     * @param logLevel receives the level of the controller's log, as zap names it, at each change
     */
    public KnativeConfigMaps(List<String> namespaces, EventRecorder events, Consumer<String> logLevel) {
        this.features =
                new FollowedConfigMap<>(NodeSelectorFlags.CONFIG_MAP, namespaces, NodeSelectorFlags::parse, events);
        this.logging = new FollowedConfigMap<>(LoggingConfig.CONFIG_MAP, namespaces, LoggingConfig::parse, events);
        this.observability =
                new FollowedConfigMap<>(ObservabilityConfig.CONFIG_MAP, namespaces, ObservabilityConfig::json, events);
        logging.onChange(config ->
                logLevel.accept(config.map(set -> set.level(CONTROLLER)).orElse(LoggingConfig.DEFAULT_LEVEL)));
    }

    /** Informers that requeue all sources when a ConfigMap changes. */
    public <P extends HasMetadata> List<EventSource<?, P>> eventSources(EventSourceContext<P> context) {
        return List.of(features.eventSource(context), logging.eventSource(context), observability.eventSource(context));
    }

    /** Labels of the nodes that adapters run on. */
    public Map<String, String> nodeSelector() {
        return features.value().orElse(Map.of());
    }

    /** {@code K_LOGGING_CONFIG} and {@code K_OBSERVABILITY_CONFIG}, the variables of adapters, if configured. */
    public SortedMap<String, String> environment() {
        SortedMap<String, String> variables = new TreeMap<>();
        Optional<String> log = logging.value().flatMap(config -> config.json(ADAPTER));
        log.ifPresent(json -> variables.put("K_LOGGING_CONFIG", json));
        observability.value().ifPresent(json -> variables.put("K_OBSERVABILITY_CONFIG", json));
        return variables;
    }
}
