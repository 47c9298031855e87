package dev.apiserversource.controller.sink;

import dev.apiserversource.controller.discovery.ApiResource;
import dev.apiserversource.controller.sink.Addressing.Absent;
import dev.apiserversource.controller.sink.Addressing.Present;
import dev.apiserversource.controller.sink.Addressing.Unreadable;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import io.fabric8.kubernetes.client.informers.cache.ReducedStateItemStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.net.HttpURLConnection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** The objects of one resource, cluster-wide; of each only its addresses are kept. */
final class AddressWatch implements ResourceEventHandler<GenericKubernetesResource>, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(AddressWatch.class);

    /** How long a reconciliation waits for the first list; one that takes longer is picked up at the next look. */
    private static final long FIRST_LIST_SECONDS = 10;

    private final ApiResource resource;
    private final Consumer<SinkKey> changed;
    private final SharedIndexInformer<GenericKubernetesResource> informer;
    private final CompletableFuture<Void> listed;

    AddressWatch(KubernetesClient client, ApiResource resource, Consumer<SinkKey> changed) {
        this.resource = resource;
        this.changed = changed;
        this.informer = client.genericKubernetesResources(definition(resource))
                .inAnyNamespace()
                .runnableInformer(0)
                .itemStore(new ReducedStateItemStore<>(
                        ReducedStateItemStore.NAME_KEY_STATE,
                        GenericKubernetesResource.class,
                        client.getKubernetesSerialization(),
                        "status.address",
                        "status.addresses"))
                .addEventHandler(this);
        this.listed = informer.start().toCompletableFuture();
        LOG.atInfo().addKeyValue("resource", resource.qualifiedName()).log("following the addresses of sinks");
    }

    boolean hasFailed() {
        return listed.isCompletedExceptionally();
    }

    Addressing find(SinkKey key) {
        try {
            listed.get(FIRST_LIST_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            return new Unreadable(resource.qualifiedName() + " could not be listed yet; the controller keeps trying");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Unreadable("the controller is stopping");
        } catch (ExecutionException e) {
            return new Unreadable(refusal(e.getCause() == null ? e : e.getCause()));
        }
        String namespace = resource.namespaced() ? key.namespace() : "";
        GenericKubernetesResource object = informer.getStore().getByKey(Cache.namespaceKeyFunc(namespace, key.name()));
        return object == null ? new Absent() : new Present(StatusAddresses.of(object));
    }

    private String refusal(Throwable cause) {
        boolean forbidden =
                cause instanceof KubernetesClientException e && e.getCode() == HttpURLConnection.HTTP_FORBIDDEN;
        return forbidden
                ? "the controller may not list and watch " + resource.qualifiedName()
                        + ": grant it by a ClusterRole with the label duck.knative.dev/addressable: \"true\""
                : resource.qualifiedName() + " cannot be listed: " + cause.getMessage();
    }

    private static ResourceDefinitionContext definition(ApiResource resource) {
        return new ResourceDefinitionContext.Builder()
                .withGroup(resource.group())
                .withVersion(resource.version())
                .withPlural(resource.plural())
                .withKind(resource.kind())
                .withNamespaced(resource.namespaced())
                .build();
    }

    @Override
    public void onAdd(GenericKubernetesResource object) {
        changed.accept(key(object));
    }

    @Override
    public void onUpdate(GenericKubernetesResource old, GenericKubernetesResource now) {
        if (!StatusAddresses.of(old).equals(StatusAddresses.of(now))) {
            changed.accept(key(now));
        }
    }

    @Override
    public void onDelete(GenericKubernetesResource object, boolean finalStateUnknown) {
        changed.accept(key(object));
    }

    private SinkKey key(GenericKubernetesResource object) {
        String namespace = object.getMetadata().getNamespace();
        return new SinkKey(
                resource.apiVersion(),
                resource.kind(),
                namespace == null ? "" : namespace,
                object.getMetadata().getName());
    }

    @Override
    public void close() {
        informer.stop();
    }
}
