package dev.apiserversource.controller.containersource;

import dev.apiserversource.controller.api.ApiServerSourceStatus;
import dev.apiserversource.controller.api.Condition;
import dev.apiserversource.controller.api.ContainerSource;
import dev.apiserversource.controller.apply.OwnedObjects;
import dev.apiserversource.controller.apply.ServerSideApply;
import dev.apiserversource.controller.apply.ServerSideApply.Change;
import dev.apiserversource.controller.containersource.ContainerStatus.Sink;
import dev.apiserversource.controller.discovery.Discovery;
import dev.apiserversource.controller.identity.SinkIdentity;
import dev.apiserversource.controller.identity.TokenSecrets;
import dev.apiserversource.controller.namespaces.NamespaceScope;
import dev.apiserversource.controller.sink.AddressableInformers;
import dev.apiserversource.controller.sink.SinkResolver;
import dev.apiserversource.controller.sink.SinkResolver.SinkAddress;
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
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ErrorStatusUpdateControl;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;

import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Reconciles ContainerSources: sink, Deployment, status. */
public final class ContainerSourceReconciler implements Reconciler<ContainerSource> {

    private final KubernetesClient client;
    private final SinkResolver resolver;
    private final AddressableInformers<ContainerSource> addressables;
    private final TrustBundles trustBundles;
    private final SinkIdentity identity;
    private final TokenSecrets tokens;
    private final EventRecorder events;
    private final FailureReporter failures;
    private final Clock clock;

    /**
     * A reconciler.
     *
     * @param client reads and writes everything
     * @param discovery maps kinds to resources
     * @param clusterDomain the suffix of the DNS names of Services
     * @param scope where sinks can be read
     * @param trustBundles certificates that the containers get
     * @param clock transition times and expiry of caches
     */
    public ContainerSourceReconciler(
            KubernetesClient client,
            Discovery discovery,
            String clusterDomain,
            NamespaceScope scope,
            TrustBundles trustBundles,
            Clock clock) {
        this.client = client;
        this.resolver = new SinkResolver(clusterDomain);
        this.addressables = new AddressableInformers<>(
                discovery, source -> Stream.of(source.getSpec().sink()), scope, clock);
        this.trustBundles = trustBundles;
        this.identity = new SinkIdentity(client);
        this.tokens = new TokenSecrets(client, clock);
        this.events = new EventRecorder(client, clock);
        this.failures = new FailureReporter(events, clock);
        this.clock = clock;
    }

    @Override
    public List<EventSource<?, ContainerSource>> prepareEventSources(EventSourceContext<ContainerSource> context) {
        addressables.addIndex(context);
        List<EventSource<?, ContainerSource>> eventSources = new ArrayList<>(trustBundles.eventSources(context));
        eventSources.add(OwnedObjects.informer(Deployment.class, ContainerDeployment.LABEL_SELECTOR, context));
        return eventSources;
    }

    @Override
    public UpdateControl<ContainerSource> reconcile(ContainerSource source, Context<ContainerSource> context) {
        Optional<String> problem = problem(source);
        return problem.isPresent()
                ? writeStatus(source, context, failures.invalidSpec(source, problem.get()))
                : reconcileValid(source, context);
    }

    /** What makes a spec impossible to reconcile: an older CRD, or Knative's, may have accepted it. */
    private static Optional<String> problem(ContainerSource source) {
        return source.specProblem()
                .or(() -> source.getSpec().template().getSpec().getContainers().isEmpty()
                        ? Optional.of("spec.template.spec.containers: no container is given")
                        : Optional.empty());
    }

    private UpdateControl<ContainerSource> reconcileValid(ContainerSource source, Context<ContainerSource> context) {
        Sink sink = withToken(
                source,
                new Sink(resolver.resolve(
                        source.getSpec().sink(),
                        source.getMetadata().getNamespace(),
                        addressables.lookup(context.eventSourceRetriever()))));
        ConditionValue deployed = sink.resolution() instanceof SinkAddress address
                        && sink.bindingReady().isTrue()
                ? deploy(source, address, context)
                : currentDeployment(source, context);
        return updateStatus(source, context, sink, deployed);
    }

    /** The Secret comes before the pods that mount it. */
    private Sink withToken(ContainerSource source, Sink sink) {
        return sink.audience()
                .map(audience -> {
                    ConditionValue account = identity.ensure(source);
                    return sink.withToken(account.isTrue() ? tokens.ensure(source, audience) : account);
                })
                .orElse(sink);
    }

    private ConditionValue deploy(ContainerSource source, SinkAddress sink, Context<ContainerSource> context) {
        Optional<Deployment> actual = findDeployment(source, context);
        if (actual.isEmpty() && isTaken(source)) {
            return ConditionValue.ofFalse(
                    ContainerStatus.NOT_OWNED,
                    "the Deployment " + ContainerDeployment.name(source)
                            + " exists and does not belong to this source: delete it, or rename the source");
        }
        if (actual.filter(ServerSideApply::isSetByKnative).isPresent() && KnativeSinkBinding.delete(source, client)) {
            // Applied at the next reconciliation: an admission plugin that does not see the deletion yet would change
            // it.
            return ConditionValue.ofUnknown(
                    ContainerStatus.TAKING_OVER, "the Deployment is taken over from Knative's controller");
        }
        try {
            List<String> bundles = trustBundles.provide(source, BundleVolume.mounted(actual), context);
            Deployment desired = BundleVolume.addTo(ContainerDeployment.desired(source, sink, actual), bundles);
            ServerSideApply.Result<Deployment> applied = ServerSideApply.apply(desired, context);
            recordChange(source, applied);
            return Rollout.condition(applied.object());
        } catch (KubernetesClientException e) {
            if (!ServerSideApply.isRefusal(e)) {
                throw e;
            }
            return Rollout.refused(e);
        }
    }

    /**
     * Whether another owner, or none, has a Deployment of that name. Its name does not contain the uid of the source,
     * so an apply could change the Deployment of a user.
     */
    private boolean isTaken(ContainerSource source) {
        return client
                .apps()
                .deployments()
                .inNamespace(source.getMetadata().getNamespace())
                .withField("metadata.name", ContainerDeployment.name(source))
                .list()
                .getItems()
                .stream()
                .anyMatch(deployment -> deployment.getMetadata().getOwnerReferences().stream()
                        .noneMatch(owner ->
                                owner.getUid().equals(source.getMetadata().getUid())));
    }

    private void recordChange(ContainerSource source, ServerSideApply.Result<Deployment> applied) {
        if (applied.change() != Change.NONE) {
            boolean created = applied.change() == Change.CREATED;
            events.normal(
                    source,
                    created ? "ContainerSourceDeploymentCreated" : "ContainerSourceDeploymentUpdated",
                    "Deployment \"" + applied.object().getMetadata().getName()
                            + (created ? "\" created" : "\" updated"));
        }
    }

    /** Running containers stay when their sink is gone: it is for them to retry. */
    private static ConditionValue currentDeployment(ContainerSource source, Context<ContainerSource> context) {
        return findDeployment(source, context)
                .map(Rollout::condition)
                .orElseGet(() -> ConditionValue.ofUnknown(
                        "NotCreated", "the Deployment is created once the sink has an address"));
    }

    private static Optional<Deployment> findDeployment(ContainerSource source, Context<ContainerSource> context) {
        return ServerSideApply.find(Deployment.class, ContainerDeployment.name(source), context);
    }

    /** Writes the status if it differs, and requeues the source while a condition waits for what no watch reports. */
    private UpdateControl<ContainerSource> updateStatus(
            ContainerSource source, Context<ContainerSource> context, Sink sink, ConditionValue deployed) {
        String now = clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
        ApiServerSourceStatus status = ContainerStatus.of(source, sink, deployed, now);
        if (sink.resolution() instanceof Unresolved missing && !isSinkMissing(ContainerStatus.conditions(source))) {
            events.warning(source, "SinkNotFound", missing.message());
        }
        UpdateControl<ContainerSource> control = writeStatus(source, context, status);
        if (control.getScheduleDelay().isEmpty()) {
            RequeueBackoff.next(status.conditions().stream().filter(ContainerStatus::isUnwatched), clock.instant())
                    .ifPresent(control::rescheduleAfter);
        }
        return control;
    }

    private static boolean isSinkMissing(List<Condition> conditions) {
        return Conditions.find(conditions, ContainerStatus.SINK_BINDING_READY)
                .filter(condition -> condition.status().equals(Condition.FALSE))
                .isPresent();
    }

    @Override
    public ErrorStatusUpdateControl<ContainerSource> updateErrorStatus(
            ContainerSource source, Context<ContainerSource> context, Exception failure) {
        return failures.handle(source, context, failure, status -> writeStatus(source, context, status));
    }

    private static UpdateControl<ContainerSource> writeStatus(
            ContainerSource source, Context<ContainerSource> context, ApiServerSourceStatus status) {
        return ServerSideApply.writeStatus(new ContainerSource(), status, source, context);
    }
}
