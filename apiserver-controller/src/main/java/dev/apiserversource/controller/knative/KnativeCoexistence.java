package dev.apiserversource.controller.knative;

import dev.apiserversource.controller.status.EventRecorder;
import io.fabric8.kubernetes.api.model.HasMetadata;
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
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Passes an object on to the reconciler proper only while Knative's controller does not reconcile it, and removes
 * Knative's finalizer from it. Knative's controller would remove that finalizer itself on deletion; once it is gone,
 * the object and its namespace could not be deleted.
 *
 * <p>An object that is left to Knative gets an Event object, and no condition: its status belongs to the controller
 * that reconciles it. A condition of ours would stay after an uninstall; an Event object expires.
 *
 * <p>Reconciled on all events, because java-operator-sdk does not pass on objects that are marked for deletion
 * otherwise. Abstract, because java-operator-sdk needs a named subclass for each kind, whose type
 * argument it reads.
 *
 * @param <P> the kind
 */
@ControllerConfiguration(
        generationAwareEventProcessing = false,
        triggerReconcilerOnAllEvents = true,
        informer = @Informer(onUpdateFilter = SourceUpdateFilter.class))
public abstract class KnativeCoexistence<P extends HasMetadata> implements Reconciler<P> {

    /** Also the time until a source is reconciled after Knative's controller has stopped. */
    private static final Duration RECHECK_INTERVAL = Duration.ofSeconds(10);

    private static final Logger LOG = LoggerFactory.getLogger(KnativeCoexistence.class);

    private final Reconciler<P> delegate;
    private final KnativeLeases leases;
    private final EventRecorder events;
    private final Optional<String> finalizer;
    private final Set<String> reported = ConcurrentHashMap.newKeySet();

    /** Asks {@code leases} before it calls {@code delegate}. */
    protected KnativeCoexistence(Reconciler<P> delegate, KnativeLeases leases, EventRecorder events) {
        this(delegate, leases, events, Optional.empty());
    }

    /**
     * For a delegate that has a finalizer of its own: it gets objects that are marked for deletion, even if they are
     * left to Knative, because no other controller removes that finalizer.
     */
    protected KnativeCoexistence(
            Reconciler<P> delegate, KnativeLeases leases, EventRecorder events, Optional<String> finalizer) {
        this.delegate = delegate;
        this.leases = leases;
        this.events = events;
        this.finalizer = finalizer;
    }

    @Override
    public List<EventSource<?, P>> prepareEventSources(EventSourceContext<P> context) {
        return delegate.prepareEventSources(context);
    }

    @Override
    public UpdateControl<P> reconcile(P object, Context<P> context) throws Exception {
        String uid = object.getMetadata().getUid();
        if (object.isMarkedForDeletion()
                && finalizer.filter(object::hasFinalizer).isPresent()) {
            return delegate.reconcile(object, context);
        }
        if (context.isPrimaryResourceDeleted()) {
            reported.remove(uid);
            released(context, false);
            return UpdateControl.noUpdate();
        }
        String blocker = blocker().orElse("");
        if (!blocker.isEmpty()) {
            if (reported.add(uid)) {
                events.normal(object, "LeftToKnative", blocker);
            }
            released(context, true);
            return UpdateControl.<P>noUpdate().rescheduleAfter(RECHECK_INTERVAL);
        }
        reported.remove(uid);
        removeFinalizer(object, context);
        return object.isMarkedForDeletion() ? UpdateControl.noUpdate() : delegate.reconcile(object, context);
    }

    /** Why objects are left to Knative; empty when they are not. For kinds that depend on more than Leases. */
    protected Optional<String> blocker() {
        return leases.blocker();
    }

    /**
     * An object is gone, or left to Knative's controller. Does nothing; for kinds whose objects share something.
     *
     * @throws Exception when the reconciliation is to be repeated
     */
    protected void released(Context<P> context, boolean leftToKnative) throws Exception {}

    /** Fails when the finalizers have changed since the source was read. */
    private static void removeFinalizer(HasMetadata object, Context<?> context) {
        String knatives = SourceUpdateFilter.finalizer(object);
        int index = object.getMetadata().getFinalizers().indexOf(knatives);
        if (index < 0) {
            return;
        }
        String path = "/metadata/finalizers/" + index;
        String patch = Serialization.asJson(
                List.of(Map.of("op", "test", "path", path, "value", knatives), Map.of("op", "remove", "path", path)));
        context.getClient().resource(object).patch(PatchContext.of(PatchType.JSON), patch);
        LOG.atInfo()
                .addKeyValue("namespace", object.getMetadata().getNamespace())
                .addKeyValue("name", object.getMetadata().getName())
                .log("finalizer of Knative's controller removed");
    }

    @Override
    public ErrorStatusUpdateControl<P> updateErrorStatus(P object, Context<P> context, Exception failure) {
        return delegate.updateErrorStatus(object, context, failure);
    }
}
