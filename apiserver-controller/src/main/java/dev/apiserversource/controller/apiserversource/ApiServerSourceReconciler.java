package dev.apiserversource.controller.apiserversource;

import dev.apiserversource.controller.access.AccessCheck;
import dev.apiserversource.controller.api.ApiServerSource;
import dev.apiserversource.controller.api.ApiServerSourceStatus;
import dev.apiserversource.controller.api.Condition;
import dev.apiserversource.controller.api.Destination;
import dev.apiserversource.controller.apiserversource.SourceStatus.ReconcileResult;
import dev.apiserversource.controller.apply.OwnedObjects;
import dev.apiserversource.controller.apply.ServerSideApply;
import dev.apiserversource.controller.configmap.KnativeConfigMaps;
import dev.apiserversource.controller.discovery.Discovery;
import dev.apiserversource.controller.identity.SinkIdentity;
import dev.apiserversource.controller.namespaces.NamespaceEventSource;
import dev.apiserversource.controller.namespaces.NamespaceSelection;
import dev.apiserversource.controller.namespaces.StorePerNamespace;
import dev.apiserversource.controller.sink.AddressLookup;
import dev.apiserversource.controller.sink.AddressableInformers;
import dev.apiserversource.controller.sink.SinkResolver;
import dev.apiserversource.controller.sink.SinkResolver.Unresolved;
import dev.apiserversource.controller.status.ConditionValue;
import dev.apiserversource.controller.status.Conditions;
import dev.apiserversource.controller.status.EventRecorder;
import dev.apiserversource.controller.status.FailureReporter;
import dev.apiserversource.controller.status.RequeueBackoff;
import dev.apiserversource.controller.status.Rollout;
import dev.apiserversource.controller.trust.BundleVolume;
import dev.apiserversource.controller.trust.TrustBundles;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.informers.cache.ReducedStateItemStore;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ErrorStatusUpdateControl;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;

import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** Reconciles ApiServerSources: sink, namespaces, permissions, adapter, status. */
public final class ApiServerSourceReconciler implements Reconciler<ApiServerSource> {

    /** Each change of the selected namespaces rolls the adapter, and pipelines create namespaces in bursts. */
    private static final Duration NAMESPACES_QUIET = Duration.ofSeconds(5);

    /** How long an update of a Deployment waits until it is tried again. */
    private static final Duration PACE_REQUEUE = Duration.ofSeconds(5);

    private final Discovery discovery;
    private final Settings settings;
    private final SinkResolver resolver;
    private final AddressableInformers<ApiServerSource> addressables;
    private final AccessCheck access;
    private final AdapterStateObjects stateObjects;
    private final SinkIdentity identity;
    private final TrustBundles trustBundles;
    private final EventRecorder events;
    private final FailureReporter failures;
    private final RolloutPace pace;
    private final String eventSource;
    private final Clock clock;

    /**
     * Settings of the reconciler.
     *
     * @param adapter settings that all adapters share
     * @param clusterDomain the suffix of the DNS names of Services
     * @param configMaps settings that may change while the controller runs
     */
    public record Settings(AdapterTemplate adapter, String clusterDomain, KnativeConfigMaps configMaps) {}

    /**
     * A reconciler.
     *
     * @param client reads and writes everything
     * @param discovery maps kinds to resources
     * @param settings configuration of the controller
     * @param access checks permissions of ServiceAccounts
     * @param clock transition times and expiry of caches
     */
    public ApiServerSourceReconciler(
            KubernetesClient client, Discovery discovery, Settings settings, AccessCheck access, Clock clock) {
        this.discovery = discovery;
        this.settings = settings;
        this.resolver = new SinkResolver(settings.clusterDomain());
        this.addressables =
                new AddressableInformers<>(discovery, ApiServerSourceReconciler::destinations, access.scope(), clock);
        this.access = access;
        this.stateObjects = new AdapterStateObjects(client, clock);
        this.identity = new SinkIdentity(client);
        this.events = new EventRecorder(client, clock);
        this.trustBundles = new TrustBundles(client, settings.adapter().systemNamespace(), events, clock);
        this.pace = new RolloutPace(clock);
        this.failures = new FailureReporter(events, clock);
        this.eventSource = client.getMasterUrl().toString().replaceFirst("/$", "");
        this.clock = clock;
    }

    @Override
    public List<EventSource<?, ApiServerSource>> prepareEventSources(EventSourceContext<ApiServerSource> context) {
        addressables.addIndex(context);
        List<EventSource<?, ApiServerSource>> eventSources =
                new ArrayList<>(settings.configMaps().eventSources(context));
        eventSources.addAll(trustBundles.eventSources(context));
        eventSources.addAll(List.of(
                OwnedObjects.informer(Deployment.class, AdapterMetadata.LABEL_SELECTOR, context),
                OwnedObjects.informer(Role.class, AdapterMetadata.LABEL_SELECTOR, context),
                OwnedObjects.informer(RoleBinding.class, AdapterMetadata.LABEL_SELECTOR, context),
                leases(context)));
        if (access.scope().isCluster()) {
            eventSources.add(new NamespaceEventSource<>(
                    context, source -> source.getSpec().namespaceSelector(), NAMESPACES_QUIET));
        }
        return eventSources;
    }

    /** Caches the metadata of Leases. Renewals, one every few seconds for each source, requeue nothing. */
    private static EventSource<Lease, ApiServerSource> leases(EventSourceContext<ApiServerSource> context) {
        return new InformerEventSource<>(
                new StorePerNamespace<>(
                        OwnedObjects.configuration(Lease.class, AdapterMetadata.LABEL_SELECTOR, context)
                                .withOnUpdateFilter((lease, old) -> AdapterProblems.ANNOTATION.differs(lease, old)
                                        || AdapterProgress.ANNOTATION.differs(lease, old))
                                .build(),
                        () -> new ReducedStateItemStore<>(
                                ReducedStateItemStore.NAME_KEY_STATE,
                                Lease.class,
                                context.getClient().getKubernetesSerialization(),
                                "metadata.annotations",
                                "metadata.ownerReferences")),
                context);
    }

    private static Stream<Destination> destinations(ApiServerSource source) {
        return Stream.concat(Stream.of(source.getSpec().sink()), source.getSpec().deadLetterSink().stream());
    }

    @Override
    public UpdateControl<ApiServerSource> reconcile(ApiServerSource source, Context<ApiServerSource> context) {
        if (source.paused()) {
            scaleToZero(source, context);
        }
        Optional<String> problem = SpecCheck.problem(source, access.scope());
        return problem.isPresent()
                ? writeStatus(source, context, failures.invalidSpec(source, problem.get()))
                : reconcileValid(source, context);
    }

    private UpdateControl<ApiServerSource> reconcileValid(ApiServerSource source, Context<ApiServerSource> context) {
        Sinks sinks = withIdentity(source, resolveSinks(source, context));
        NamespaceSelection namespaces = selectNamespaces(source, context);
        WatchedKinds kinds = WatchedKinds.of(source.getSpec().resources(), discovery);
        ConditionValue permissions = checkPermissions(source, kinds, namespaces);
        Optional<AdapterPlan> plan =
                source.paused() || permissions.isFalse() ? Optional.empty() : sinks.plan(source, kinds, namespaces);
        ConditionValue deployed =
                plan.map(ready -> deploy(ready, context)).orElseGet(() -> currentDeployment(source, context));
        Optional<Lease> lease = lease(source, context);
        return updateStatus(
                source,
                context,
                new ReconcileResult(
                        sinks,
                        namespaces,
                        permissions,
                        deployed,
                        lease.map(AdapterProblems::of).orElse(AdapterProblems.NONE),
                        lease.map(AdapterProgress::of).orElse(AdapterProgress.NONE)));
    }

    private Sinks resolveSinks(ApiServerSource source, Context<ApiServerSource> context) {
        String namespace = source.getMetadata().getNamespace();
        AddressLookup lookup = addressables.lookup(context.eventSourceRetriever());
        return new Sinks(
                resolver.resolve(source.getSpec().sink(), namespace, lookup),
                source.getSpec()
                        .deadLetterSink()
                        .map(destination -> resolver.resolve(destination, namespace, lookup))
                        .orElse(null));
    }

    /** The ServiceAccount comes before the Role that names it, and before the adapter that needs it. */
    private Sinks withIdentity(ApiServerSource source, Sinks sinks) {
        return sinks.expectToken() ? sinks.withIdentity(identity.ensure(source)) : sinks;
    }

    private NamespaceSelection selectNamespaces(ApiServerSource source, Context<ApiServerSource> context) {
        String namespace = source.getMetadata().getNamespace();
        return access.scope().isCluster()
                ? NamespaceEventSource.of(context).select(source.getSpec().namespaceSelector(), namespace)
                : NamespaceSelection.of(List.of(namespace));
    }

    private ConditionValue checkPermissions(ApiServerSource source, WatchedKinds kinds, NamespaceSelection namespaces) {
        if (source.skipsPermissionsCheck()) {
            return kinds.allServed();
        }
        String user = AccessCheck.user(
                source.getMetadata().getNamespace(), source.getSpec().serviceAccountName());
        return access.missing(user, kinds.served(), namespaces.watched())
                .map(missing -> ConditionValue.ofFalse("Forbidden", missing))
                .orElseGet(kinds::allServed);
    }

    /** Stops the adapter of a paused source. The template stays as it is, and with it a pending roll-out. */
    private void scaleToZero(ApiServerSource source, Context<ApiServerSource> context) {
        findDeployment(source, context)
                .filter(deployment ->
                        !Integer.valueOf(0).equals(deployment.getSpec().getReplicas()))
                .ifPresent(deployment -> {
                    ServerSideApply.patch(deployment, "{\"spec\":{\"replicas\":0}}", context);
                    events.normal(source, "Paused", "adapter stopped");
                });
    }

    /** Makes the adapter as planned. The Deployment comes last, so that its pods find their rights and their Lease. */
    private ConditionValue deploy(AdapterPlan plan, Context<ApiServerSource> context) {
        try {
            AdapterTemplate template = settings.adapter().with(settings.configMaps());
            List<String> mounted = BundleVolume.mounted(findDeployment(plan.source(), context));
            List<String> bundles = trustBundles.provide(plan.source(), mounted, context);
            return apply(plan, BundleVolume.addTo(AdapterDeployment.desired(plan, template), bundles), context);
        } catch (KubernetesClientException e) {
            if (!ServerSideApply.isRefusal(e)) {
                throw e;
            }
            return Rollout.refused(e);
        }
    }

    private ConditionValue apply(AdapterPlan plan, Deployment desired, Context<ApiServerSource> context) {
        ApiServerSource source = plan.source();
        ServerSideApply.Comparison<Deployment> comparison = ServerSideApply.compare(desired, context);
        Optional<Deployment> current = comparison.actual();
        boolean rolledOut =
                comparison.isAsDesired() && current.filter(Rollout::isComplete).isPresent();
        stateObjects.ensure(source, current.isPresent());
        applyRoles(plan, rolledOut, context);
        if (rolledOut) {
            pace.complete(paceKey(source));
        } else if (current.isPresent()
                && !comparison.isAsDesired()
                && isObserved(source)
                && !pace.start(paceKey(source))) {
            return Rollout.condition(current.get());
        }
        ServerSideApply.Result<Deployment> applied = comparison.apply(context);
        recordChange(source, applied);
        return Rollout.condition(applied.object());
    }

    /** Without a change of the spec, the change of the Deployment may be one of many. */
    private static boolean isObserved(ApiServerSource source) {
        return source.getStatus() != null
                && Objects.equals(
                        source.getMetadata().getGeneration(), source.getStatus().observedGeneration());
    }

    private static String paceKey(ApiServerSource source) {
        return source.getMetadata().getNamespace() + "/" + AdapterMetadata.name(source);
    }

    /** A pod of an earlier template works until the new one is ready, and keeps its rights until then. */
    private static void applyRoles(AdapterPlan plan, boolean rolledOut, Context<ApiServerSource> context) {
        String name = AdapterMetadata.name(plan.source());
        AdapterRoles.desired(
                        plan,
                        ServerSideApply.find(Role.class, name, context),
                        ServerSideApply.find(RoleBinding.class, name, context),
                        rolledOut)
                .forEach(object -> ServerSideApply.apply(object, context));
    }

    private void recordChange(ApiServerSource source, ServerSideApply.Result<Deployment> applied) {
        String deployment = "Deployment \"" + applied.object().getMetadata().getName() + "\"";
        switch (applied.change()) {
            case CREATED -> events.normal(source, "ApiServerSourceDeploymentCreated", deployment + " created");
            case UPDATED -> events.normal(source, "ApiServerSourceDeploymentUpdated", deployment + " updated");
            case NONE -> {
                // Nothing to record.
            }
        }
    }

    /**
     * A running adapter stays when its sink or its permissions are gone: it retries, and its pending events are kept.
     */
    private static ConditionValue currentDeployment(ApiServerSource source, Context<ApiServerSource> context) {
        if (source.paused()) {
            return ConditionValue.ofFalse(
                    "Paused",
                    "the annotation " + ApiServerSource.PAUSED
                            + " is true, so no adapter runs: remove it to resume from the checkpoint");
        }
        return findDeployment(source, context)
                .map(Rollout::condition)
                .orElseGet(() -> ConditionValue.ofUnknown(
                        "NotCreated", "the Deployment is created once all other conditions are True"));
    }

    /** On which the adapter reports, if it runs. During a roll-out, a pod of an earlier template does. */
    private static Optional<Lease> lease(ApiServerSource source, Context<ApiServerSource> context) {
        return findDeployment(source, context)
                .filter(deployment -> !source.paused() && Rollout.hasNoOldPods(deployment))
                .flatMap(deployment -> ServerSideApply.find(
                        Lease.class, deployment.getMetadata().getName(), context));
    }

    private static Optional<Deployment> findDeployment(ApiServerSource source, Context<ApiServerSource> context) {
        return ServerSideApply.find(Deployment.class, AdapterMetadata.name(source), context);
    }

    /** Writes the status if it differs, and requeues the source while a condition waits for what no watch reports. */
    private UpdateControl<ApiServerSource> updateStatus(
            ApiServerSource source, Context<ApiServerSource> context, ReconcileResult result) {
        String now = clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
        ApiServerSourceStatus status = SourceStatus.of(source, result, eventSource, now);
        if (isSinkMissing(status.conditions()) && !isSinkMissing(SourceStatus.conditions(source))) {
            events.warning(source, "SinkNotFound", sinkNotFound(source, result));
        }
        UpdateControl<ApiServerSource> control = writeStatus(source, context, status);
        if (pace.isWaiting(paceKey(source))) {
            control.rescheduleAfter(PACE_REQUEUE);
        }
        if (control.getScheduleDelay().isEmpty()) {
            RequeueBackoff.next(status.conditions().stream().filter(SourceStatus::isUnwatched), clock.instant())
                    .ifPresent(control::rescheduleAfter);
        }
        return control;
    }

    private static String sinkNotFound(ApiServerSource source, ReconcileResult result) {
        return result.sinks().sink() instanceof Unresolved
                ? "Sink not found: " + Serialization.asJson(source.getSpec().sink())
                : "Dead letter sink not found: "
                        + Serialization.asJson(source.getSpec().deadLetterSink().orElse(Destination.NONE));
    }

    private static boolean isSinkMissing(List<Condition> conditions) {
        return Conditions.find(conditions, SourceStatus.SINK_PROVIDED)
                .filter(condition -> condition.status().equals(Condition.FALSE))
                .isPresent();
    }

    @Override
    public ErrorStatusUpdateControl<ApiServerSource> updateErrorStatus(
            ApiServerSource source, Context<ApiServerSource> context, Exception failure) {
        return failures.handle(source, context, failure, status -> writeStatus(source, context, status));
    }

    private static UpdateControl<ApiServerSource> writeStatus(
            ApiServerSource source, Context<ApiServerSource> context, ApiServerSourceStatus status) {
        return ServerSideApply.writeStatus(new ApiServerSource(), status, source, context);
    }
}
