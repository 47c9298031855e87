package dev.apiserversource.controller.apiserversource;

import dev.apiserversource.controller.api.ApiServerSource;
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

/** Reconciles {@code sources.knative.dev} ApiServerSources. */
@ControllerConfiguration(
        name = "apiserversource",
        fieldManager = Reconcilers.FIELD_MANAGER,
        maxReconciliationInterval =
                @MaxReconciliationInterval(interval = Reconcilers.LOOK_AGAIN_MINUTES, timeUnit = TimeUnit.MINUTES))
@GradualRetry(
        maxAttempts = Reconcilers.NO_LIMIT,
        initialInterval = Reconcilers.FIRST_RETRY_MILLIS,
        maxInterval = Reconcilers.LAST_RETRY_MILLIS)
public final class ApiServerSourceReconciler implements Reconciler<ApiServerSource> {

    private final SourceReconciler<ApiServerSource> reconciler;

    ApiServerSourceReconciler(SourceReconciler<ApiServerSource> reconciler) {
        this.reconciler = reconciler;
    }

    @Override
    public List<EventSource<?, ApiServerSource>> prepareEventSources(EventSourceContext<ApiServerSource> context) {
        return reconciler.eventSources(context);
    }

    @Override
    public UpdateControl<ApiServerSource> reconcile(ApiServerSource source, Context<ApiServerSource> context) {
        return reconciler.reconcile(source, context);
    }
}
