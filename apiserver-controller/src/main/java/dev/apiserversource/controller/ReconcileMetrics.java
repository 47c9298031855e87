package dev.apiserversource.controller;

import dev.apiserversource.controller.status.FailureReporter;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.api.monitoring.Metrics;
import io.javaoperatorsdk.operator.api.reconciler.RetryInfo;
import io.javaoperatorsdk.operator.processing.Controller;
import io.javaoperatorsdk.operator.processing.event.Event;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import org.jspecify.annotations.Nullable;

import java.util.Map;

/** Metrics of reconciliations, whose progress also decides about liveness. */
final class ReconcileMetrics implements Metrics {

    private static final String RECONCILE = "apiserversource.controller.reconcile";

    private final MeterRegistry registry;
    private final Liveness liveness;

    ReconcileMetrics(MeterRegistry registry, Liveness liveness) {
        this.registry = registry;
        this.liveness = liveness;
    }

    @Override
    public void controllerRegistered(Controller<? extends HasMetadata> controller) {
        registry.counter("apiserversource.controller.registered", "controller", name(controller))
                .increment();
    }

    private static String name(Controller<? extends HasMetadata> controller) {
        return controller.getConfiguration().getName();
    }

    @Override
    public void eventReceived(Event event, Map<String, Object> metadata) {
        registry.counter("apiserversource.controller.triggers").increment();
    }

    @Override
    public void reconciliationFailed(
            HasMetadata resource, @Nullable RetryInfo retry, Exception exception, Map<String, Object> metadata) {
        registry.counter(
                        "apiserversource.controller.failures",
                        "cause",
                        FailureReporter.unwrapped(exception).getClass().getSimpleName())
                .increment();
    }

    @Override
    public <T> T timeControllerExecution(ControllerExecution<T> execution) throws Exception {
        Timer.Sample sample = Timer.start(registry);
        String result = "failure";
        liveness.reconciliationStarted();
        try {
            T outcome = execution.execute();
            result = execution.successTypeName(outcome);
            return outcome;
        } finally {
            liveness.reconciliationFinished();
            sample.stop(registry.timer(RECONCILE, "controller", execution.controllerName(), "result", result));
        }
    }
}
