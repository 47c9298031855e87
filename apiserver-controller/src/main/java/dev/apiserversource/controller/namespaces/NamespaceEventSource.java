package dev.apiserversource.controller.namespaces;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.client.informers.cache.ReducedStateItemStore;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.Event;
import io.javaoperatorsdk.operator.processing.event.EventHandler;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Caches the labels of all namespaces, and requeues the sources whose selector matches a namespace that changed.
 * Changes that follow each other within a quiet period are one.
 */
public final class NamespaceEventSource<P extends HasMetadata> extends InformerEventSource<Namespace, P> {

    private final EventSourceContext<P> context;
    private final Function<P, @Nullable LabelSelector> selector;
    private final Duration quiet;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();

    /**
     * An event source for the sources in the primary cache.
     *
     * @param selector returns null for a source without one
     * @param quiet how long no namespace must change before sources are requeued
     */
    public NamespaceEventSource(
            EventSourceContext<P> context, Function<P, @Nullable LabelSelector> selector, Duration quiet) {
        super(configuration(context, selector), context);
        this.context = context;
        this.selector = selector;
        this.quiet = quiet;
    }

    @Override
    public void setEventHandler(EventHandler handler) {
        super.setEventHandler(new QuietPeriod(handler, quiet, System::nanoTime, this::runAfter));
    }

    @SuppressWarnings("FutureReturnValueIgnored") // the timer is shut down at the stop
    private void runAfter(Duration delay, Runnable check) {
        timer.schedule(check, delay.toNanos(), TimeUnit.NANOSECONDS);
    }

    @Override
    public synchronized void stop() {
        super.stop();
        timer.shutdownNow();
    }

    private static <P extends HasMetadata> InformerEventSourceConfiguration<Namespace> configuration(
            EventSourceContext<P> context, Function<P, @Nullable LabelSelector> selector) {
        return InformerEventSourceConfiguration.from(Namespace.class, context.getPrimaryResourceClass())
                .withName("namespaces")
                .withWatchAllNamespaces()
                .withInformerListLimit(
                        context.getControllerConfiguration().getInformerConfig().getInformerListLimit())
                .withItemStore(new ReducedStateItemStore<>(
                        ReducedStateItemStore.NAME_KEY_STATE,
                        Namespace.class,
                        context.getClient().getKubernetesSerialization(),
                        "metadata.labels"))
                .withOnUpdateFilter(NamespaceEventSource::labelsDiffer)
                .withSecondaryToPrimaryMapper(namespace -> context.getPrimaryCache()
                        .list(source -> selectsIfValid(selector.apply(source), namespace))
                        .map(ResourceID::fromResource)
                        .collect(Collectors.toSet()))
                // The selection is computed by select; an index of it would be stale after a change of labels.
                .withPrimaryToSecondaryMapper(source -> Set.of())
                .build();
    }

    /** An invalid selector is reported when its source is reconciled. It must not keep other sources from an event. */
    private static boolean selectsIfValid(@Nullable LabelSelector selector, Namespace namespace) {
        try {
            return selects(selector, namespace);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static boolean selects(@Nullable LabelSelector selector, Namespace namespace) {
        if (selector == null) {
            return false;
        }
        LabelMatcher matcher = LabelMatcher.of(selector);
        return !matcher.matchesAll() && matcher.matches(namespace.getMetadata().getLabels());
    }

    private static boolean labelsDiffer(Namespace namespace, Namespace old) {
        return !Objects.equals(
                namespace.getMetadata().getLabels(), old.getMetadata().getLabels());
    }

    /** The namespace event source of the controller that reconciles in this context. */
    @SuppressWarnings("unchecked") // a controller has one event source for namespaces
    public static <P extends HasMetadata> NamespaceEventSource<P> of(Context<P> context) {
        return (NamespaceEventSource<P>) context.eventSourceRetriever().getEventSourceFor(Namespace.class);
    }

    /** The namespaces that {@code selector} selects now; the source's own when it is null. */
    public NamespaceSelection select(@Nullable LabelSelector selector, String sourceNamespace) {
        if (selector == null) {
            return NamespaceSelection.of(List.of(sourceNamespace));
        }
        if (LabelMatcher.of(selector).matchesAll()) {
            return NamespaceSelection.all(
                    list().map(namespace -> namespace.getMetadata().getName()));
        }
        return NamespaceSelection.of(list(namespace -> selects(selector, namespace))
                .map(namespace -> namespace.getMetadata().getName())
                .toList());
    }

    /** The status of a source of all namespaces names them, although its adapter need not change. */
    @Override
    public void onAdd(Namespace namespace) {
        super.onAdd(namespace);
        requeueSourcesOfAllNamespaces();
    }

    @Override
    public synchronized void onDelete(Namespace namespace, boolean finalStateUnknown) {
        super.onDelete(namespace, finalStateUnknown);
        requeueSourcesOfAllNamespaces();
    }

    private void requeueSourcesOfAllNamespaces() {
        context.getPrimaryCache()
                .list(source -> selectsAll(selector.apply(source)))
                .map(ResourceID::fromResource)
                .forEach(source -> getEventHandler().handleEvent(new Event(source)));
    }

    private static boolean selectsAll(@Nullable LabelSelector selector) {
        return selector != null && isEmpty(selector.getMatchLabels()) && isEmpty(selector.getMatchExpressions());
    }

    private static boolean isEmpty(@Nullable Map<?, ?> labels) {
        return labels == null || labels.isEmpty();
    }

    private static boolean isEmpty(@Nullable List<?> expressions) {
        return expressions == null || expressions.isEmpty();
    }

    /** Maps the old labels too, because java-operator-sdk 5.3 maps only the new: a namespace may leave a selection. */
    @Override
    public void onUpdate(Namespace old, Namespace namespace) {
        super.onUpdate(old, namespace);
        if (labelsDiffer(namespace, old)) {
            configuration()
                    .getSecondaryToPrimaryMapper()
                    .toPrimaryResourceIDs(old)
                    .forEach(source -> getEventHandler().handleEvent(new Event(source)));
        }
    }
}
