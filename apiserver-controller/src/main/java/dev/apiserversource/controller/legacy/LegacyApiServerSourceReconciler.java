package dev.apiserversource.controller.legacy;

import dev.apiserversource.controller.api.ApiServerSource;
import dev.apiserversource.controller.api.ApiServerSourceSpec;
import dev.apiserversource.controller.api.ApiServerSourceSpec.WatchedResource;
import dev.apiserversource.controller.api.ApiServerSourceStatus;
import dev.apiserversource.controller.api.Destination;
import dev.apiserversource.controller.api.LegacyApiServerSource;
import dev.apiserversource.controller.apply.ChildMetadata;
import dev.apiserversource.controller.apply.ServerSideApply;
import dev.apiserversource.controller.status.EventRecorder;
import dev.apiserversource.controller.status.FailureReporter;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.api.config.informer.Informer;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.filter.OnUpdateFilter;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.Mappers;

import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Translates each legacy ApiServerSource, with the annotations that this program reads, to a v1 ApiServerSource that it
 * owns, and copies the status back. The name of the v1 source contains the uid of the legacy one, so that it cannot
 * collide with a v1 source of a user.
 */
@ControllerConfiguration(
        generationAwareEventProcessing = false,
        informer = @Informer(onUpdateFilter = LegacyApiServerSourceReconciler.UpdateFilter.class))
public final class LegacyApiServerSourceReconciler implements Reconciler<LegacyApiServerSource> {

    private static final String LABEL = "apiserversource.dev/legacy";

    private final FailureReporter failures;

    /** A reconciler that writes through {@code client}, with timestamps of {@code clock}. */
    public LegacyApiServerSourceReconciler(KubernetesClient client, Clock clock) {
        this.failures = new FailureReporter(new EventRecorder(client, clock), clock);
    }

    @Override
    public List<EventSource<?, LegacyApiServerSource>> prepareEventSources(
            EventSourceContext<LegacyApiServerSource> context) {
        return List.of(new InformerEventSource<>(
                InformerEventSourceConfiguration.from(ApiServerSource.class, LegacyApiServerSource.class)
                        .withLabelSelector(LABEL)
                        .withSecondaryToPrimaryMapper(Mappers.fromOwnerReferences(LegacyApiServerSource.class))
                        .withNamespacesInheritedFromController()
                        .withInformerListLimit(context.getControllerConfiguration()
                                .getInformerConfig()
                                .getInformerListLimit())
                        .build(),
                context));
    }

    @Override
    public UpdateControl<LegacyApiServerSource> reconcile(
            LegacyApiServerSource legacy, Context<LegacyApiServerSource> context) {
        ApiServerSourceStatus status = legacy.specProblem()
                .map(problem -> failures.invalidSpec(legacy, problem))
                .orElseGet(() -> translate(legacy, context));
        return ServerSideApply.writeStatus(new LegacyApiServerSource(), status, legacy, context);
    }

    /** The new status: that of the v1 source, or a problem of the spec if the API server refuses the v1 source. */
    private ApiServerSourceStatus translate(LegacyApiServerSource legacy, Context<LegacyApiServerSource> context) {
        try {
            return status(
                    legacy, ServerSideApply.apply(desired(legacy), context).object());
        } catch (KubernetesClientException e) {
            if (!ServerSideApply.isRefusal(e)) {
                throw e;
            }
            return failures.invalidSpec(legacy, "spec: " + e.getMessage());
        }
    }

    /** The v1 source of a legacy one. */
    public static ApiServerSource desired(LegacyApiServerSource legacy) {
        ApiServerSource source = new ApiServerSource();
        ObjectMeta meta = legacy.getMetadata();
        source.setMetadata(ChildMetadata.of(
                legacy, ChildMetadata.name(meta.getName() + "-", meta.getUid()), Map.of(LABEL, "true")));
        source.getMetadata().setAnnotations(ApiServerSource.annotations(legacy));
        source.setSpec(spec(legacy.getSpec()));
        return source;
    }

    @SuppressWarnings("NullAway") // the record sets the defaults of absent fields
    private static ApiServerSourceSpec spec(LegacyApiServerSource.Spec legacy) {
        return new ApiServerSourceSpec(
                legacy.resources() == null
                        ? List.of()
                        : legacy.resources().stream()
                                .map(resource -> new WatchedResource(
                                        resource.apiVersion(), resource.kind(), resource.labelSelector()))
                                .toList(),
                legacy.mode(),
                legacy.owner(),
                legacy.serviceAccountName(),
                null,
                legacy.sink() == null ? Destination.NONE : legacy.sink().destination(),
                legacy.ceOverrides(),
                List.of(),
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null);
    }

    /** The status of the v1 source. Its generation is translated once the v1 source is reconciled. */
    private static ApiServerSourceStatus status(LegacyApiServerSource legacy, ApiServerSource source) {
        ApiServerSourceStatus status = source.getStatus();
        if (status == null) {
            return legacy.getStatus();
        }
        boolean current =
                Objects.equals(status.observedGeneration(), source.getMetadata().getGeneration());
        Long previous = legacy.getStatus() == null ? null : legacy.getStatus().observedGeneration();
        return new ApiServerSourceStatus(
                current ? legacy.getMetadata().getGeneration() : previous,
                status.conditions(),
                status.sinkUri(),
                status.sinkCACerts(),
                status.sinkAudience(),
                status.ceAttributes(),
                status.namespaces(),
                status.auth(),
                status.annotations());
    }

    /** Accepts changes of the spec and of annotations, but not of the status, which this reconciler writes. */
    public static final class UpdateFilter implements OnUpdateFilter<LegacyApiServerSource> {

        @Override
        public boolean accept(LegacyApiServerSource updated, LegacyApiServerSource old) {
            return !Objects.equals(
                            updated.getMetadata().getGeneration(),
                            old.getMetadata().getGeneration())
                    || !ApiServerSource.annotations(updated).equals(ApiServerSource.annotations(old));
        }
    }
}
