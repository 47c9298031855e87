package dev.apiserversource.controller.knative;

import dev.apiserversource.controller.api.ApiServerSource;
import dev.apiserversource.controller.status.EventRecorder;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.javaoperatorsdk.operator.api.config.informer.Informer;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.ErrorStatusUpdateControl;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Passes a source on to the reconciler proper only while Knative's controller does not reconcile it, and removes
 * Knative's finalizer from it. Knative's controller would remove that finalizer itself on deletion; once it is gone, the
 * source and its namespace could not be deleted.
 *
 * <p>A source that is left to Knative gets an Event object, and no condition: its status belongs to the controller that
 * reconciles it. A condition of ours would stay after an uninstall; an Event object expires.
 *
 * <p>Reconciled on all events, because java-operator-sdk does not pass on objects that are marked for deletion
 * otherwise.
 */
@ControllerConfiguration(
        generationAwareEventProcessing = false,
        triggerReconcilerOnAllEvents = true,
        informer = @Informer(onUpdateFilter = SourceUpdateFilter.class))
public final class KnativeCoexistence implements Reconciler<ApiServerSource> {

    /** The finalizer that Knative's controller adds to each source. */
    static final String FINALIZER = "apiserversources.sources.knative.dev";

    /** Also the time until a source is reconciled after Knative's controller has stopped. */
    private static final Duration RECHECK_INTERVAL = Duration.ofSeconds(10);

    private static final Logger LOG = LoggerFactory.getLogger(KnativeCoexistence.class);

    private final Reconciler<ApiServerSource> delegate;
    private final KnativeLeases leases;
    private final EventRecorder events;
    private final Set<String> reported = ConcurrentHashMap.newKeySet();

    /** Asks {@code leases} before it calls {@code delegate}. */
    public KnativeCoexistence(Reconciler<ApiServerSource> delegate, KnativeLeases leases, EventRecorder events) {
        this.delegate = delegate;
        this.leases = leases;
        this.events = events;
    }

    @Override
    public List<EventSource<?, ApiServerSource>> prepareEventSources(EventSourceContext<ApiServerSource> context) {
        return delegate.prepareEventSources(context);
    }

    @Override
    public UpdateControl<ApiServerSource> reconcile(ApiServerSource source, Context<ApiServerSource> context)
            throws Exception {
        String uid = source.getMetadata().getUid();
        if (context.isPrimaryResourceDeleted()) {
            reported.remove(uid);
            return UpdateControl.noUpdate();
        }
        String blocker = leases.blocker().orElse("");
        if (!blocker.isEmpty()) {
            if (reported.add(uid)) {
                events.normal(source, "LeftToKnative", blocker);
            }
            return UpdateControl.<ApiServerSource>noUpdate().rescheduleAfter(RECHECK_INTERVAL);
        }
        reported.remove(uid);
        removeFinalizer(source, context);
        return source.isMarkedForDeletion() ? UpdateControl.noUpdate() : delegate.reconcile(source, context);
    }

    /** Fails when the finalizers have changed since the source was read. */
    private static void removeFinalizer(ApiServerSource source, Context<ApiServerSource> context) {
        int index = source.getMetadata().getFinalizers().indexOf(FINALIZER);
        if (index < 0) {
            return;
        }
        String path = "/metadata/finalizers/" + index;
        String patch = Serialization.asJson(
                List.of(Map.of("op", "test", "path", path, "value", FINALIZER), Map.of("op", "remove", "path", path)));
        context.getClient().resource(source).patch(PatchContext.of(PatchType.JSON), patch);
        LOG.atInfo()
                .addKeyValue("namespace", source.getMetadata().getNamespace())
                .addKeyValue("name", source.getMetadata().getName())
                .log("finalizer of Knative's controller removed");
    }

    @Override
    public ErrorStatusUpdateControl<ApiServerSource> updateErrorStatus(
            ApiServerSource source, Context<ApiServerSource> context, Exception failure) {
        return delegate.updateErrorStatus(source, context, failure);
    }
}
