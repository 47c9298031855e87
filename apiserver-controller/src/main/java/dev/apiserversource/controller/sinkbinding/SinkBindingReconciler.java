package dev.apiserversource.controller.sinkbinding;

import dev.apiserversource.controller.api.ApiServerSourceStatus;
import dev.apiserversource.controller.api.Condition;
import dev.apiserversource.controller.api.SinkBinding;
import dev.apiserversource.controller.api.SinkBindingSpec.Subject;
import dev.apiserversource.controller.apply.ServerSideApply;
import dev.apiserversource.controller.discovery.ApiResource;
import dev.apiserversource.controller.discovery.Discovery;
import dev.apiserversource.controller.identity.SinkIdentity;
import dev.apiserversource.controller.identity.TokenSecrets;
import dev.apiserversource.controller.namespaces.NamespaceScope;
import dev.apiserversource.controller.sink.AddressableInformers;
import dev.apiserversource.controller.sink.SinkResolver;
import dev.apiserversource.controller.sink.SinkResolver.SinkAddress;
import dev.apiserversource.controller.status.ConditionValue;
import dev.apiserversource.controller.status.Conditions;
import dev.apiserversource.controller.status.EventRecorder;
import dev.apiserversource.controller.status.FailureReporter;
import dev.apiserversource.controller.status.RequeueBackoff;
import dev.apiserversource.controller.trust.TrustBundles;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ErrorStatusUpdateControl;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.net.HttpURLConnection;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Reconciles SinkBindings: sink, existing workloads, status. The admission policy sets the sink in new workloads. */
public final class SinkBindingReconciler implements Reconciler<SinkBinding> {

    /** Keeps a deleted SinkBinding until its workloads are without its sink. */
    public static final String FINALIZER = "apiserversource.dev/sinkbinding";

    private static final Logger LOG = LoggerFactory.getLogger(SinkBindingReconciler.class);

    /** A workload may be created while the API server does not evaluate the new status yet. */
    private static final Duration AFTER_CHANGE = Duration.ofSeconds(10);

    /** How often workloads are listed that the policy does not cover. */
    private static final Duration WITHOUT_POLICY = Duration.ofSeconds(30);

    private static final Duration UNTIL_CLEAN = Duration.ofSeconds(1);

    private final Discovery discovery;
    private final SinkResolver resolver;
    private final AddressableInformers<SinkBinding> addressables;
    private final TrustBundles trustBundles;
    private final SinkIdentity identity;
    private final TokenSecrets tokens;
    private final Subjects subjects;
    private final AdmissionPolicy policy;
    private final FailureReporter failures;
    private final Clock clock;

    /**
     * A reconciler.
     *
     * @param client reads and writes everything
     * @param discovery maps kinds to resources
     * @param clusterDomain the suffix of the DNS names of Services
     * @param scope where sinks can be read
     * @param trustBundles certificates that the workloads get
     * @param clock transition times and expiry of caches
     */
    public SinkBindingReconciler(
            KubernetesClient client,
            Discovery discovery,
            String clusterDomain,
            NamespaceScope scope,
            TrustBundles trustBundles,
            Clock clock) {
        this.discovery = discovery;
        this.resolver = new SinkResolver(clusterDomain);
        this.addressables = new AddressableInformers<>(
                discovery, binding -> Stream.of(binding.getSpec().sink()), scope, clock);
        this.trustBundles = trustBundles;
        this.identity = new SinkIdentity(client);
        this.tokens = new TokenSecrets(client, clock);
        this.subjects = new Subjects(client);
        this.policy = new AdmissionPolicy(client, discovery, clock);
        this.failures = new FailureReporter(new EventRecorder(client, clock), clock);
        this.clock = clock;
    }

    @Override
    public List<EventSource<?, SinkBinding>> prepareEventSources(EventSourceContext<SinkBinding> context) {
        addressables.addIndex(context);
        return trustBundles.eventSources(context);
    }

    @Override
    public UpdateControl<SinkBinding> reconcile(SinkBinding binding, Context<SinkBinding> context) {
        if (binding.isMarkedForDeletion()) {
            return cleanUp(binding, context);
        }
        Optional<String> problem = problem(binding);
        return problem.isPresent()
                ? writeStatus(binding, context, failures.invalidSpec(binding, problem.get()))
                : reconcileValid(binding, context);
    }

    /** What makes a spec impossible to reconcile: an older CRD, or Knative's, may have accepted it. */
    private static Optional<String> problem(SinkBinding binding) {
        Subject subject = binding.getSpec().subject();
        if (binding.specProblem().isPresent()) {
            return binding.specProblem();
        }
        if (subject == null || (subject.name() == null) == (subject.selector() == null)) {
            return Optional.of("spec.subject: give apiVersion, kind, and either name or selector");
        }
        boolean elsewhere = subject.namespace() != null
                && !subject.namespace().equals(binding.getMetadata().getNamespace());
        return elsewhere
                ? Optional.of("spec.subject.namespace: only the namespace of the SinkBinding is possible")
                : Optional.empty();
    }

    private UpdateControl<SinkBinding> reconcileValid(SinkBinding binding, Context<SinkBinding> context) {
        BoundSink sink = withToken(
                binding,
                BoundSink.of(resolver.resolve(
                                binding.getSpec().sink(),
                                binding.getMetadata().getNamespace(),
                                addressables.lookup(context.eventSourceRetriever())))
                        .with(trustBundles.provide(binding, SinkBindingStatus.trustBundles(binding), context)));
        ConditionValue available = sink.canBeBound() && sink.resolution() instanceof SinkAddress address
                ? bind(
                        binding,
                        SinkBindingStatus.additions(binding, address, sink.trustBundles(), sink.tokenSecret(binding)),
                        context)
                : ConditionValue.ofUnknown("NotBound", "workloads are bound once the other conditions are True");
        return updateStatus(binding, context, sink, available);
    }

    /** The Secret comes before the pods that mount it. */
    private BoundSink withToken(SinkBinding binding, BoundSink sink) {
        return sink.audience()
                .map(audience -> {
                    ConditionValue account = identity.ensure(binding);
                    return sink.withToken(
                            account,
                            account.isTrue()
                                    ? tokens.ensure(binding, audience)
                                    : ConditionValue.ofUnknown("NotCreated", "the ServiceAccount comes first"));
                })
                .orElse(sink);
    }

    private ConditionValue bind(SinkBinding binding, PodAdditions additions, Context<SinkBinding> context) {
        Subject subject = binding.getSpec().subject();
        Optional<ApiResource> resource = subject == null ? Optional.empty() : find(subject);
        if (subject == null || resource.isEmpty()) {
            return ConditionValue.ofUnknown(
                    "KindNotFound",
                    "the API server does not serve the kind in spec.subject: install it, or correct it");
        }
        if (!binding.hasFinalizer(FINALIZER)) {
            List<String> all = new ArrayList<>(binding.getMetadata().getFinalizers());
            all.add(FINALIZER);
            setFinalizers(binding, all, context);
        }
        try {
            boolean missing = subjects.bind(binding, subject, resource.get(), additions);
            return missing ? subjectMissing(subject) : policy.available(resource.get());
        } catch (IllegalArgumentException e) {
            return ConditionValue.ofFalse("NoPodTemplate", e.getMessage() + ": correct spec.subject.kind");
        } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_FORBIDDEN) {
                throw e;
            }
            return ConditionValue.ofFalse(
                    "Forbidden",
                    "the controller may not list and patch " + resource.get().qualifiedName()
                            + ": grant it by a ClusterRole with the label duck.knative.dev/podspecable: \"true\"");
        }
    }

    /** As Knative has it. */
    private static ConditionValue subjectMissing(Subject subject) {
        return ConditionValue.ofFalse(
                "SubjectMissing",
                "there is no " + subject.kind() + " named " + subject.name()
                        + ": create it, or correct spec.subject.name");
    }

    private Optional<ApiResource> find(Subject subject) {
        return discovery
                .find(subject.apiVersion(), subject.kind())
                .or(() -> discovery.findInGroup(ApiResource.groupOf(subject.apiVersion()), subject.kind()));
    }

    /** Removes the sink from the workloads. The finalizer goes when nothing had to be removed any more. */
    private UpdateControl<SinkBinding> cleanUp(SinkBinding binding, Context<SinkBinding> context) {
        if (!binding.hasFinalizer(FINALIZER)) {
            return UpdateControl.noUpdate();
        }
        if (unbind(binding, context) > 0) {
            return UpdateControl.<SinkBinding>noUpdate().rescheduleAfter(UNTIL_CLEAN);
        }
        List<String> others = new ArrayList<>(binding.getMetadata().getFinalizers());
        others.remove(FINALIZER);
        setFinalizers(binding, others, context);
        return UpdateControl.noUpdate();
    }

    /** Fails when the object has changed since it was read; the reconciliation is retried then. */
    private static void setFinalizers(SinkBinding binding, List<String> finalizers, Context<SinkBinding> context) {
        Map<String, Object> metadata =
                Map.of("resourceVersion", binding.getMetadata().getResourceVersion(), "finalizers", finalizers);
        context.getClient()
                .resource(binding)
                .patch(PatchContext.of(PatchType.JSON_MERGE), Serialization.asJson(Map.of("metadata", metadata)));
    }

    /** How many workloads had the sink. Without the right to change them, they keep it, and nothing waits for them. */
    private int unbind(SinkBinding binding, Context<SinkBinding> context) {
        Subject subject = binding.getSpec().subject();
        Optional<ApiResource> resource = subject == null ? Optional.empty() : find(subject);
        if (subject == null || resource.isEmpty()) {
            return 0;
        }
        try {
            return subjects.unbind(binding, subject, resource.get(), others(binding, context));
        } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_FORBIDDEN) {
                throw e;
            }
            LOG.atWarn()
                    .addKeyValue("namespace", binding.getMetadata().getNamespace())
                    .addKeyValue("name", binding.getMetadata().getName())
                    .log("SinkBinding deleted, its workloads keep the sink: {}", e.getMessage());
            return 0;
        }
    }

    /** The other SinkBindings of the namespace that are not deleted. */
    private static List<SinkBinding> others(SinkBinding binding, Context<SinkBinding> context) {
        return context
                .getClient()
                .resources(SinkBinding.class)
                .inNamespace(binding.getMetadata().getNamespace())
                .list()
                .getItems()
                .stream()
                .filter(other -> !other.isMarkedForDeletion())
                .toList();
    }

    /** Writes the status if it differs, and requeues the SinkBinding while something is not watched. */
    private UpdateControl<SinkBinding> updateStatus(
            SinkBinding binding, Context<SinkBinding> context, BoundSink sink, ConditionValue available) {
        String now = clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
        ApiServerSourceStatus status = SinkBindingStatus.of(binding, sink, available, now);
        boolean changed = !status.equals(binding.getStatus());
        UpdateControl<SinkBinding> control = writeStatus(binding, context, status);
        if (control.getScheduleDelay().isEmpty()) {
            requeue(status, available, changed).ifPresent(control::rescheduleAfter);
        }
        return control;
    }

    private Optional<Duration> requeue(ApiServerSourceStatus status, ConditionValue available, boolean changed) {
        if (changed) {
            return Optional.of(AFTER_CHANGE);
        }
        return available.isTrue() && !available.reason().isEmpty()
                ? Optional.of(WITHOUT_POLICY)
                : RequeueBackoff.next(status.conditions().stream().filter(this::isUnwatched), clock.instant());
    }

    private boolean isUnwatched(Condition condition) {
        return !condition.type().equals(Conditions.READY);
    }

    @Override
    public ErrorStatusUpdateControl<SinkBinding> updateErrorStatus(
            SinkBinding binding, Context<SinkBinding> context, Exception failure) {
        return failures.handle(binding, context, failure, status -> writeStatus(binding, context, status));
    }

    private static UpdateControl<SinkBinding> writeStatus(
            SinkBinding binding, Context<SinkBinding> context, ApiServerSourceStatus status) {
        return ServerSideApply.writeStatus(new SinkBinding(), status, binding, context);
    }
}
