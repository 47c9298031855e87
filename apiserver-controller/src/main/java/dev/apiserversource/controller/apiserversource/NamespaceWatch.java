package dev.apiserversource.controller.apiserversource;

import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.informers.cache.ReducedStateItemStore;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** Follows all namespaces; of each only its labels are kept. */
public final class NamespaceWatch implements ResourceEventHandler<Namespace>, AutoCloseable {

    private final SharedIndexInformer<Namespace> informer;
    private final List<Consumer<NamespaceChange>> listeners = new CopyOnWriteArrayList<>();

    /** Watches through {@code client} once started. */
    public NamespaceWatch(KubernetesClient client) {
        this.informer = client.namespaces()
                .runnableInformer(0)
                .itemStore(new ReducedStateItemStore<>(
                        ReducedStateItemStore.NAME_KEY_STATE,
                        Namespace.class,
                        client.getKubernetesSerialization(),
                        "metadata.labels"))
                .addEventHandler(this);
    }

    /** Returns when all namespaces are known. */
    public void start() {
        informer.run();
    }

    void listen(Consumer<NamespaceChange> listener) {
        listeners.add(listener);
    }

    void unlisten(Consumer<NamespaceChange> listener) {
        listeners.remove(listener);
    }

    /** The namespaces that a source watches now. */
    NamespaceSelection select(Source source) {
        if (source.spec().namespaceSelector() == null) {
            return NamespaceSelection.of(List.of(source.namespace()));
        }
        LabelQuery query = LabelQuery.of(source.spec().namespaceSelector());
        return query.isEmpty() ? NamespaceSelection.ALL : NamespaceSelection.of(matching(query));
    }

    private List<String> matching(LabelQuery query) {
        return informer.getStore().list().stream()
                .filter(namespace -> query.matches(namespace.getMetadata().getLabels()))
                .map(namespace -> namespace.getMetadata().getName())
                .toList();
    }

    @Override
    public void onAdd(Namespace namespace) {
        tell(namespace, true);
    }

    @Override
    public void onUpdate(Namespace old, Namespace now) {
        if (!Objects.equals(old.getMetadata().getLabels(), now.getMetadata().getLabels())) {
            tell(now, true);
        }
    }

    @Override
    public void onDelete(Namespace namespace, boolean finalStateUnknown) {
        tell(namespace, false);
    }

    private void tell(Namespace namespace, boolean exists) {
        Map<String, String> labels = namespace.getMetadata().getLabels();
        NamespaceChange change =
                new NamespaceChange(namespace.getMetadata().getName(), exists, labels == null ? Map.of() : labels);
        listeners.forEach(listener -> listener.accept(change));
    }

    @Override
    public void close() {
        informer.stop();
    }
}
