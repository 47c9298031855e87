package dev.apiserversource.controller.apiserversource;

import dev.apiserversource.controller.sink.AddressWatches;
import dev.apiserversource.controller.sink.SinkKey;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.processing.event.Event;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.AbstractEventSource;
import io.javaoperatorsdk.operator.processing.event.source.ResourceEventAware;

import java.util.Set;
import java.util.function.Consumer;

/** Asks for a source to be reconciled when a sink or a namespace changed that it depends on. */
final class SourceTriggers<P extends HasMetadata> extends AbstractEventSource<SinkKey, P>
        implements ResourceEventAware<P> {

    private final Interests interests;
    private final AddressWatches addresses;
    private final NamespaceWatch namespaces;
    private final Consumer<SinkKey> onSink = this::sinkChanged;
    private final Consumer<NamespaceChange> onNamespace = this::namespaceChanged;

    SourceTriggers(Interests interests, AddressWatches addresses, NamespaceWatch namespaces) {
        super(SinkKey.class, "sinks-and-namespaces");
        this.interests = interests;
        this.addresses = addresses;
        this.namespaces = namespaces;
    }

    @Override
    public void start() {
        super.start();
        addresses.listen(onSink);
        namespaces.listen(onNamespace);
    }

    @Override
    public void stop() {
        addresses.unlisten(onSink);
        namespaces.unlisten(onNamespace);
        super.stop();
    }

    private void sinkChanged(SinkKey sink) {
        trigger(interests.in(sink));
    }

    private void namespaceChanged(NamespaceChange change) {
        trigger(interests.in(change));
    }

    private void trigger(Set<ResourceID> sources) {
        sources.forEach(source -> getEventHandler().handleEvent(new Event(source)));
    }

    @Override
    public void onResourceDeleted(P resource) {
        interests.forget(ResourceID.fromResource(resource));
    }

    @Override
    public Set<SinkKey> getSecondaryResources(P primary) {
        return Set.of();
    }
}
