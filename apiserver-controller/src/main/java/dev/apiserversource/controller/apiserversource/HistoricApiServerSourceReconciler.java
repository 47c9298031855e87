package dev.apiserversource.controller.apiserversource;

import dev.apiserversource.controller.api.HistoricApiServerSource;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.MaxReconciliationInterval;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.retry.GradualRetry;

import java.util.List;
import java.util.concurrent.TimeUnit;

/** Reconciles {@code sources.eventing.knative.dev} ApiServerSources. */
@ControllerConfiguration(
        name = "historic-apiserversource",
        fieldManager = Reconcilers.FIELD_MANAGER,
        maxReconciliationInterval =
                @MaxReconciliationInterval(interval = Reconcilers.LOOK_AGAIN_MINUTES, timeUnit = TimeUnit.MINUTES))
@GradualRetry(
        maxAttempts = Reconcilers.NO_LIMIT,
        initialInterval = Reconcilers.FIRST_RETRY_MILLIS,
        maxInterval = Reconcilers.LAST_RETRY_MILLIS)
public final class HistoricApiServerSourceReconciler implements Reconciler<HistoricApiServerSource> {

    private final SourceReconciler<HistoricApiServerSource> reconciler;

    HistoricApiServerSourceReconciler(SourceReconciler<HistoricApiServerSource> reconciler) {
        this.reconciler = reconciler;
    }

    @Override
    public List<EventSource<?, HistoricApiServerSource>> prepareEventSources(
            EventSourceContext<HistoricApiServerSource> context) {
        return reconciler.eventSources(context);
    }

    @Override
    public UpdateControl<HistoricApiServerSource> reconcile(
            HistoricApiServerSource source, Context<HistoricApiServerSource> context) {
        return reconciler.reconcile(source, context);
    }
}
