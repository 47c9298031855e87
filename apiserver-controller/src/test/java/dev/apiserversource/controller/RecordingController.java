package dev.apiserversource.controller;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;

import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * A controller that records its reconciliations, for tests of event sources. ConfigMaps with a label stand for sources,
 * so that the tests depend on no source kind.
 */
public final class RecordingController<T> implements Reconciler<ConfigMap>, AutoCloseable {

    private static final String LABEL = "test-source";

    private final BlockingQueue<Reconciliation<T>> reconciliations = new LinkedBlockingQueue<>();
    private final KubernetesClient client;
    private final Function<EventSourceContext<ConfigMap>, List<EventSource<?, ConfigMap>>> eventSources;
    private final Function<Context<ConfigMap>, T> reconcile;
    private final Operator operator;

    /** One reconciliation: of which source, and what it returned. */
    public record Reconciliation<T>(String source, T result) {}

    /** Records what {@code reconcile} returns. */
    public RecordingController(
            KubernetesClient client,
            Function<EventSourceContext<ConfigMap>, List<EventSource<?, ConfigMap>>> eventSources,
            Function<Context<ConfigMap>, T> reconcile) {
        this.client = client;
        this.eventSources = eventSources;
        this.reconcile = reconcile;
        this.operator =
                new Operator(overrides -> overrides.withKubernetesClient(client).withCloseClientOnStop(false));
        operator.register(this, overrides -> overrides.withName("recording").withLabelSelector(LABEL));
        operator.start();
    }

    @Override
    public List<EventSource<?, ConfigMap>> prepareEventSources(EventSourceContext<ConfigMap> context) {
        return eventSources.apply(context);
    }

    @Override
    public UpdateControl<ConfigMap> reconcile(ConfigMap source, Context<ConfigMap> context) {
        reconciliations.add(new Reconciliation<>(source.getMetadata().getName(), reconcile.apply(context)));
        return UpdateControl.noUpdate();
    }

    /** Creates a source in the namespace default; {@code field} of its data carries what the test needs. */
    public void createSource(String name, String field) {
        client.resource(new ConfigMapBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .withNamespace("default")
                        .addToLabels(LABEL, "true")
                        .endMetadata()
                        .withData(Map.of("field", field))
                        .build())
                .create();
    }

    /** What {@link #createSource} has set. */
    public static String field(ConfigMap source) {
        return source.getData().get("field");
    }

    /** The next reconciliation; null when there is none within ten seconds. */
    public Reconciliation<T> next() throws InterruptedException {
        return reconciliations.poll(10, TimeUnit.SECONDS);
    }

    /** Whether every reconciliation was returned by {@link #next}. */
    public boolean isIdle() {
        return reconciliations.isEmpty();
    }

    @Override
    public void close() {
        operator.stop();
    }
}
