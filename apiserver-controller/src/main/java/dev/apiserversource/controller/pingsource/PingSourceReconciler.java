package dev.apiserversource.controller.pingsource;

import dev.apiserversource.controller.api.ApiServerSourceStatus;
import dev.apiserversource.controller.api.Condition;
import dev.apiserversource.controller.api.Destination;
import dev.apiserversource.controller.api.PingSource;
import dev.apiserversource.controller.apply.OwnedObjects;
import dev.apiserversource.controller.apply.ServerSideApply;
import dev.apiserversource.controller.apply.ServerSideApply.Change;
import dev.apiserversource.controller.discovery.Discovery;
import dev.apiserversource.controller.identity.SinkIdentity;
import dev.apiserversource.controller.namespaces.NamespaceScope;
import dev.apiserversource.controller.pingsource.PingStatus.Sinks;
import dev.apiserversource.controller.sink.AddressLookup;
import dev.apiserversource.controller.sink.AddressableInformers;
import dev.apiserversource.controller.sink.SinkResolver;
import dev.apiserversource.controller.status.ConditionValue;
import dev.apiserversource.controller.status.Conditions;
import dev.apiserversource.controller.status.EventRecorder;
import dev.apiserversource.controller.status.FailureReporter;
import dev.apiserversource.controller.status.RequeueBackoff;
import dev.apiserversource.controller.status.Rollout;
import dev.apiserversource.controller.trust.TrustBundles;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ErrorStatusUpdateControl;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.RetryInfo;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;

import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Reconciles PingSources: sinks, the adapter of all sources, status. */
public final class PingSourceReconciler implements Reconciler<PingSource> {

    private final SinkResolver resolver;
    private final AddressableInformers<PingSource> addressables;
    private final TrustBundles trustBundles;
    private final SinkIdentity identity;
    private final String adapterNamespace;
    private final SharedAdapter adapter;
    private final KnativeAdapter knative;
    private final EventRecorder events;
    private final FailureReporter failures;
    private final Clock clock;

    /**
     * A reconciler.
     *
     * @param client reads and writes everything
     * @param discovery maps kinds to resources
     * @param template settings of the adapter
     * @param clusterDomain the suffix of the DNS names of Services
     * @param knative the adapter of a Knative in the same cluster
     * @param clock transition times and expiry of caches
     */
    public PingSourceReconciler(
            KubernetesClient client,
            Discovery discovery,
            PingAdapterTemplate template,
            String clusterDomain,
            KnativeAdapter knative,
            Clock clock) {
        this.resolver = new SinkResolver(clusterDomain);
        this.addressables = new AddressableInformers<>(
                discovery, PingSourceReconciler::destinations, NamespaceScope.CLUSTER, clock);
        this.knative = knative;
        this.identity = new SinkIdentity(client);
        this.adapterNamespace = template.namespace();
        this.events = new EventRecorder(client, clock);
        this.trustBundles = new TrustBundles(client, template.namespace(), events, clock);
        this.adapter = new SharedAdapter(client, template, trustBundles);
        this.failures = new FailureReporter(events, clock);
        this.clock = clock;
    }

    private static Stream<Destination> destinations(PingSource source) {
        return Stream.concat(Stream.of(source.getSpec().sink()), source.getSpec().deadLetterSink().stream());
    }

    @Override
    public List<EventSource<?, PingSource>> prepareEventSources(EventSourceContext<PingSource> context) {
        addressables.addIndex(context);
        adapter.stopIfUnused();
        List<EventSource<?, PingSource>> eventSources = new ArrayList<>(trustBundles.eventSources(context));
        eventSources.add(adapter.informer(context));
        eventSources.add(OwnedObjects.informer(Role.class, PingTokenRole.LABEL_SELECTOR, context));
        eventSources.add(OwnedObjects.informer(RoleBinding.class, PingTokenRole.LABEL_SELECTOR, context));
        return eventSources;
    }

    @Override
    public UpdateControl<PingSource> reconcile(PingSource source, Context<PingSource> context) {
        ConditionValue deployed = deploy(source, context);
        Optional<String> problem = PingSpecCheck.problem(source);
        return problem.isPresent()
                ? writeStatus(source, context, failures.invalidSpec(source, problem.get()))
                : updateStatus(source, context, withIdentity(source, resolveSinks(source, context), context), deployed);
    }

    /** A source is deleted, or left to Knative. The adapter is stopped with the last one. */
    public void released(Context<PingSource> context, boolean leftToKnative) {
        if (leftToKnative || context.getPrimaryCache().list().findAny().isEmpty()) {
            adapter.stop(context);
        }
    }

    private Sinks resolveSinks(PingSource source, Context<PingSource> context) {
        String namespace = source.getMetadata().getNamespace();
        AddressLookup lookup = addressables.lookup(context.eventSourceRetriever());
        return new Sinks(
                resolver.resolve(source.getSpec().sink(), namespace, lookup),
                source.getSpec()
                        .deadLetterSink()
                        .map(destination -> resolver.resolve(destination, namespace, lookup))
                        .orElse(null));
    }

    /** The adapter reads the status, so it finds ServiceAccount and Role when it requests the first token. */
    private Sinks withIdentity(PingSource source, Sinks sinks, Context<PingSource> context) {
        if (!sinks.expectToken()) {
            return sinks;
        }
        ConditionValue ensured = identity.ensure(source);
        if (ensured.isTrue()) {
            PingTokenRole.desired(source, adapterNamespace).forEach(object -> ServerSideApply.apply(object, context));
        }
        return sinks.withIdentity(ensured);
    }

    private ConditionValue deploy(PingSource source, Context<PingSource> context) {
        knative.stop();
        try {
            ServerSideApply.Result<Deployment> applied = adapter.start(context);
            if (applied.change() != Change.NONE) {
                events.normal(source, "PingSourceDeploymentUpdated", "PingSource adapter deployment updated");
            }
            return Rollout.condition(applied.object());
        } catch (KubernetesClientException e) {
            if (!ServerSideApply.isRefusal(e)) {
                throw e;
            }
            return Rollout.refused(e);
        }
    }

    /** Writes the status if it differs, and requeues the source while a condition waits for what no watch reports. */
    private UpdateControl<PingSource> updateStatus(
            PingSource source, Context<PingSource> context, Sinks sinks, ConditionValue deployed) {
        String now = clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
        ApiServerSourceStatus status = PingStatus.of(source, sinks, deployed, now);
        if (isSinkMissing(status.conditions()) && !isSinkMissing(PingStatus.conditions(source))) {
            events.warning(source, "SinkNotFound", sinks.provided().message());
        }
        UpdateControl<PingSource> control = writeStatus(source, context, status);
        if (control.getScheduleDelay().isEmpty()) {
            RequeueBackoff.next(status.conditions().stream().filter(PingStatus::isUnwatched), clock.instant())
                    .ifPresent(control::rescheduleAfter);
        }
        return control;
    }

    private static boolean isSinkMissing(List<Condition> conditions) {
        return Conditions.find(conditions, PingStatus.SINK_PROVIDED)
                .filter(condition -> condition.status().equals(Condition.FALSE))
                .isPresent();
    }

    /** Reports a failure that repeats. The first one is retried after a second, so READY does not flap. */
    @Override
    public ErrorStatusUpdateControl<PingSource> updateErrorStatus(
            PingSource source, Context<PingSource> context, Exception failure) {
        if (context.getRetryInfo().map(RetryInfo::getAttemptCount).orElse(0) > 0) {
            try {
                writeStatus(source, context, failures.reconcileFailed(source, failure));
            } catch (KubernetesClientException e) {
                failure.addSuppressed(e);
            }
        }
        return ErrorStatusUpdateControl.defaultErrorProcessing();
    }

    private static UpdateControl<PingSource> writeStatus(
            PingSource source, Context<PingSource> context, ApiServerSourceStatus status) {
        return ServerSideApply.writeStatus(new PingSource(), status, source, context);
    }
}
