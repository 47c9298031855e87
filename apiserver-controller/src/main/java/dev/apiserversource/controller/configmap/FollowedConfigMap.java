package dev.apiserversource.controller.configmap;

import dev.apiserversource.controller.status.EventRecorder;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.api.config.informer.FieldSelector;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The value of one ConfigMap, which may be created, changed and deleted at any time. While its data is invalid, the
 * last valid value remains.
 *
 * @param <T> the type of the value
 */
final class FollowedConfigMap<T> {

    private static final Logger LOG = LoggerFactory.getLogger(FollowedConfigMap.class);

    private final String name;
    private final List<String> namespaces;
    private final Function<Map<String, String>, T> parser;
    private final EventRecorder events;
    private final Map<String, T> valueByNamespace = new ConcurrentHashMap<>();
    private Consumer<Optional<T>> listener = value -> {};

    /**
     * Has no value before its event source is started.
     *
     * @param namespaces the first that has the ConfigMap wins
     * @param parser reads the data; throws an IllegalArgumentException with the key and the remedy
     */
    FollowedConfigMap(
            String name, List<String> namespaces, Function<Map<String, String>, T> parser, EventRecorder events) {
        this.name = name;
        this.namespaces = namespaces;
        this.parser = parser;
        this.events = events;
    }

    /** Calls {@code changed} after each change, on the thread of an informer. */
    void onChange(Consumer<Optional<T>> changed) {
        this.listener = changed;
    }

    /** The value; empty without a ConfigMap, or when it has been invalid from the start of the controller. */
    Optional<T> value() {
        return namespaces.stream()
                .map(valueByNamespace::get)
                .filter(Objects::nonNull)
                .findFirst();
    }

    private void update(ConfigMap configMap) {
        Map<String, String> data = Objects.requireNonNullElse(configMap.getData(), Map.of());
        try {
            valueByNamespace.put(configMap.getMetadata().getNamespace(), parser.apply(data));
            listener.accept(value());
        } catch (IllegalArgumentException e) {
            LOG.atWarn()
                    .addKeyValue("namespace", configMap.getMetadata().getNamespace())
                    .addKeyValue("configMap", name)
                    .log("ConfigMap invalid, last valid values kept: {}", e.getMessage());
            events.warningOnce(configMap, "InvalidConfig", e.getMessage() + "; the last valid values are kept");
        }
    }

    private void remove(ConfigMap configMap) {
        valueByNamespace.remove(configMap.getMetadata().getNamespace());
        listener.accept(value());
    }

    /** An informer that updates the value and requeues all sources of the context. */
    <P extends HasMetadata> EventSource<ConfigMap, P> eventSource(EventSourceContext<P> context) {
        return new Informer<>(context);
    }

    /** Updates the value before it requeues. */
    private final class Informer<P extends HasMetadata> extends InformerEventSource<ConfigMap, P> {

        Informer(EventSourceContext<P> context) {
            super(
                    InformerEventSourceConfiguration.from(ConfigMap.class, context.getPrimaryResourceClass())
                            .withName(name)
                            .withNamespaces(Set.copyOf(namespaces))
                            .withFieldSelector(new FieldSelector(new FieldSelector.Field("metadata.name", name)))
                            .withOnUpdateFilter((updated, old) -> !Objects.equals(updated.getData(), old.getData()))
                            .withSecondaryToPrimaryMapper(configMap -> context.getPrimaryCache()
                                    .list()
                                    .map(ResourceID::fromResource)
                                    .collect(Collectors.toSet()))
                            .withPrimaryToSecondaryMapper(source -> Set.of())
                            .build(),
                    context);
        }

        @Override
        public void onAdd(ConfigMap configMap) {
            update(configMap);
            super.onAdd(configMap);
        }

        @Override
        public void onUpdate(ConfigMap old, ConfigMap configMap) {
            update(configMap);
            super.onUpdate(old, configMap);
        }

        @Override
        public synchronized void onDelete(ConfigMap configMap, boolean finalStateUnknown) {
            remove(configMap);
            super.onDelete(configMap, finalStateUnknown);
        }
    }
}
