package dev.apiserversource.controller.apiserversource;

import dev.apiserversource.controller.api.ApiServerSourceStatus;
import dev.apiserversource.controller.sink.AddressWatches;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.fabric8.kubernetes.client.CustomResource;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.Mappers;

import java.time.Clock;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/** What the reconcilers of both groups have in common: where they listen, and that a status is written only when it is new. */
final class SourceReconciler<P extends CustomResource<?, ApiServerSourceStatus>> {

    private final Class<P> type;
    private final Supplier<P> blank;
    private final Function<P, Source> view;
    private final SourceDesk desk;
    private final AddressWatches addresses;
    private final NamespaceWatch namespaces;
    private final Clock clock;
    private final Interests interests = new Interests();

    SourceReconciler(
            Class<P> type, Supplier<P> blank, Function<P, Source> view, SourceDesk desk, Watches watches, Clock clock) {
        this.type = type;
        this.blank = blank;
        this.view = view;
        this.desk = desk;
        this.addresses = watches.addresses();
        this.namespaces = watches.namespaces();
        this.clock = clock;
    }

    List<EventSource<?, P>> eventSources(EventSourceContext<P> context) {
        return List.of(
                owned(Deployment.class, context),
                owned(Role.class, context),
                owned(RoleBinding.class, context),
                new SourceTriggers<>(interests, addresses, namespaces));
    }

    private <R extends HasMetadata> EventSource<R, P> owned(Class<R> resource, EventSourceContext<P> context) {
        return new InformerEventSource<>(
                InformerEventSourceConfiguration.from(resource, type)
                        .withLabelSelector(Labels.SELECTOR)
                        .withSecondaryToPrimaryMapper(Mappers.fromOwnerReferences(type))
                        .withNamespacesInheritedFromController()
                        .withItemStore(new CompressedItems<>(
                                resource, context.getClient().getKubernetesSerialization()))
                        .build(),
                context);
    }

    UpdateControl<P> reconcile(P object, Context<P> context) {
        ApiServerSourceStatus status = desk.reconcile(view.apply(object), interests, context);
        UpdateControl<P> control = status.equals(object.getStatus())
                ? UpdateControl.noUpdate()
                : UpdateControl.patchStatus(with(status, object));
        Patience.next(status, clock.instant()).ifPresent(control::rescheduleAfter);
        return control;
    }

    /** Nothing but the status, so that server-side apply takes nothing else for ours. */
    private P with(ApiServerSourceStatus status, P object) {
        P patch = blank.get();
        patch.setMetadata(new ObjectMetaBuilder()
                .withName(object.getMetadata().getName())
                .withNamespace(object.getMetadata().getNamespace())
                .build());
        patch.setStatus(status);
        return patch;
    }

    /** What a source can depend on elsewhere. */
    record Watches(AddressWatches addresses, NamespaceWatch namespaces) {}
}
