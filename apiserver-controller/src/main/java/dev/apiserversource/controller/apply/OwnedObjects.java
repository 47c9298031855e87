package dev.apiserversource.controller.apply;

import dev.apiserversource.controller.namespaces.StorePerNamespace;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.Mappers;

/** The objects that the reconciled objects of a kind own. */
public final class OwnedObjects {

    private OwnedObjects() {}

    /** An informer on the objects of that type and with those labels. A change requeues the owner. */
    public static <R extends HasMetadata, P extends HasMetadata> EventSource<R, P> informer(
            Class<R> type, String labelSelector, EventSourceContext<P> context) {
        return new InformerEventSource<>(
                new StorePerNamespace<>(
                        configuration(type, labelSelector, context).build(),
                        () -> new CompressedItemStore<>(
                                type, context.getClient().getKubernetesSerialization())),
                context);
    }

    /** The configuration of such an informer, for one that caches or filters in another way. */
    public static <R extends HasMetadata, P extends HasMetadata>
            InformerEventSourceConfiguration.Builder<R> configuration(
                    Class<R> type, String labelSelector, EventSourceContext<P> context) {
        Class<P> owner = context.getPrimaryResourceClass();
        return InformerEventSourceConfiguration.from(type, owner)
                .withLabelSelector(labelSelector)
                .withSecondaryToPrimaryMapper(Mappers.fromOwnerReferences(owner))
                .withNamespacesInheritedFromController()
                .withInformerListLimit(
                        context.getControllerConfiguration().getInformerConfig().getInformerListLimit());
    }
}
