package dev.apiserversource.controller.namespaces;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.informers.cache.ItemStore;
import io.javaoperatorsdk.operator.api.config.informer.InformerConfiguration;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.processing.GroupVersionKind;
import io.javaoperatorsdk.operator.processing.event.source.PrimaryToSecondaryMapper;
import io.javaoperatorsdk.operator.processing.event.source.SecondaryToPrimaryMapper;

import java.util.Optional;
import java.util.function.Supplier;

/**
 * The configuration of an event source whose informers, one for each namespace, have a store of their own.
 * java-operator-sdk 5.3 gives all of them the same one, and each informer removes from its store what is not in its
 * list: the objects of all other namespaces.
 *
 * @param configuration all but the store
 * @param stores makes a store for each informer
 */
public record StorePerNamespace<R extends HasMetadata>(
        InformerEventSourceConfiguration<R> configuration, Supplier<ItemStore<R>> stores)
        implements InformerEventSourceConfiguration<R> {

    /** Called for each informer. */
    @Override
    public InformerConfiguration<R> getInformerConfig() {
        return InformerConfiguration.builder(configuration.getInformerConfig())
                .withItemStore(stores.get())
                .build();
    }

    @Override
    public Class<R> getResourceClass() {
        return configuration.getResourceClass();
    }

    @Override
    public SecondaryToPrimaryMapper<R> getSecondaryToPrimaryMapper() {
        return configuration.getSecondaryToPrimaryMapper();
    }

    @Override
    public <P extends HasMetadata> PrimaryToSecondaryMapper<P> getPrimaryToSecondaryMapper() {
        return configuration.getPrimaryToSecondaryMapper();
    }

    @Override
    public Optional<GroupVersionKind> getGroupVersionKind() {
        return configuration.getGroupVersionKind();
    }
}
