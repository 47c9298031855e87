package dev.apiserversource.samples.samplesource.controller;

import dev.apiserversource.samples.samplesource.controller.SampleSource.Status;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.ErrorStatusUpdateControl;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceUtils;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.api.reconciler.dependent.ReconcileResult;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;

import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.List;

/** Gives each SampleSource a SinkBinding and a Deployment, and reports their state. */
@ControllerConfiguration(name = "sample-source-controller")
public final class SampleSourceReconciler implements Reconciler<SampleSource> {

    private final SinkBindingResource bindings = new SinkBindingResource();
    private final AdapterDeployment deployments;
    private final EventObjects events;
    private final Clock clock;

    /**
     * A reconciler.
     *
     * @param image of the adapter
     * @param clock of the times in status and Event objects
     */
    public SampleSourceReconciler(String image, Clock clock) {
        this.deployments = new AdapterDeployment(image);
        this.events = new EventObjects(clock);
        this.clock = clock;
    }

    /** A change of a SinkBinding or a Deployment reconciles its source. */
    @Override
    public List<EventSource<?, SampleSource>> prepareEventSources(EventSourceContext<SampleSource> context) {
        return EventSourceUtils.dependentEventSources(context, bindings, deployments);
    }

    @Override
    public UpdateControl<SampleSource> reconcile(SampleSource source, Context<SampleSource> context) {
        StatusMarks marks = marks(source);
        GenericKubernetesResource binding = recorded(source, bindings.reconcile(source, context), context);
        // A pod without K_SINK would only exit. Once there is a Deployment, it follows the spec, whatever the sink
        // does.
        boolean deploy = marks.markSink(binding)
                || deployments.getSecondaryResource(source, context).isPresent();
        if (deploy) {
            marks.propagateAvailability(recorded(source, deployments.reconcile(source, context), context));
        }
        return updated(source, marks.status(), context.getClient());
    }

    private StatusMarks marks(SampleSource source) {
        return new StatusMarks(source, clock.instant().truncatedTo(ChronoUnit.SECONDS));
    }

    /** Writes an Event object when {@code result} is an object that was created or updated; returns the object. */
    private <R extends HasMetadata> R recorded(
            SampleSource source, ReconcileResult<R> result, Context<SampleSource> context) {
        R object = result.getSingleResource().orElseThrow();
        String name =
                object.getMetadata().getNamespace() + "/" + object.getMetadata().getName();
        switch (result.getSingleOperation()) {
            case CREATED ->
                events.normal(context.getClient(), source, object.getKind() + "Created", "created \"" + name + "\"");
            case UPDATED ->
                events.normal(context.getClient(), source, object.getKind() + "Updated", "updated \"" + name + "\"");
            case NONE -> {}
        }
        return object;
    }

    private UpdateControl<SampleSource> updated(SampleSource source, Status status, KubernetesClient client) {
        if (status.equals(source.getStatus())) {
            return UpdateControl.noUpdate();
        }
        if (StatusMarks.isReady(status)) {
            String name = source.getMetadata().getNamespace() + "/"
                    + source.getMetadata().getName();
            events.normal(client, source, "SampleSourceReconciled", "SampleSource reconciled: \"" + name + "\"");
        }
        return UpdateControl.patchStatus(withStatus(source, status));
    }

    /** Reports a failure, such as a missing permission. The operator retries with backoff. */
    @Override
    public ErrorStatusUpdateControl<SampleSource> updateErrorStatus(
            SampleSource source, Context<SampleSource> context, Exception failure) {
        StatusMarks marks = marks(source);
        marks.markFailed(String.valueOf(failure.getMessage()));
        return ErrorStatusUpdateControl.patchStatus(withStatus(source, marks.status()));
    }

    /** The status alone: server-side apply takes over each field that is sent. */
    private static SampleSource withStatus(SampleSource source, Status status) {
        SampleSource patch = new SampleSource();
        patch.setMetadata(new ObjectMetaBuilder()
                .withNamespace(source.getMetadata().getNamespace())
                .withName(source.getMetadata().getName())
                .build());
        patch.setStatus(status);
        return patch;
    }
}
