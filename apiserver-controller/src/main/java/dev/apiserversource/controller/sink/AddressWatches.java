package dev.apiserversource.controller.sink;

import dev.apiserversource.controller.discovery.ApiResource;
import dev.apiserversource.controller.discovery.Discovery;
import dev.apiserversource.controller.sink.Addressing.Unreadable;
import io.fabric8.kubernetes.client.KubernetesClient;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * Follows all objects that are somebody's sink: one watch per resource, begun when the first source names an object of it, kept until
 * {@link #close}. Whoever listens is told when an object comes, goes or changes its addresses, and of nothing else.
 */
public final class AddressWatches implements Addressables, AutoCloseable {

    private final KubernetesClient client;
    private final Discovery discovery;
    private final Map<ApiResource, AddressWatch> watches = new ConcurrentHashMap<>();
    private final List<Consumer<SinkKey>> listeners = new CopyOnWriteArrayList<>();

    /** Watches through {@code client} what {@code discovery} says a kind is. */
    public AddressWatches(KubernetesClient client, Discovery discovery) {
        this.client = client;
        this.discovery = discovery;
    }

    /** Tells {@code listener} of every object whose addresses changed, on a thread of the client: it must not block. */
    public void listen(Consumer<SinkKey> listener) {
        listeners.add(listener);
    }

    /** Tells {@code listener} no more. */
    public void unlisten(Consumer<SinkKey> listener) {
        listeners.remove(listener);
    }

    @Override
    public Addressing find(SinkKey key) {
        Optional<ApiResource> resource = discovery.find(key.apiVersion(), key.kind());
        return resource.map(known -> watching(known).find(key))
                .orElseGet(() -> new Unreadable("the API server serves no kind " + key.kind() + " in "
                        + key.apiVersion() + ": correct spec.sink.ref, or install what serves it"));
    }

    private AddressWatch watching(ApiResource resource) {
        AddressWatch watch = watches.computeIfAbsent(resource, key -> new AddressWatch(client, key, this::changed));
        if (watch.hasFailed() && watches.remove(resource, watch)) {
            watch.close();
            return watching(resource);
        }
        return watch;
    }

    private void changed(SinkKey key) {
        listeners.forEach(listener -> listener.accept(key));
    }

    @Override
    public void close() {
        watches.values().forEach(AddressWatch::close);
        watches.clear();
    }
}
