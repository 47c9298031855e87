package dev.apiserversource.ping;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.informers.cache.ReducedStateItemStore;
import io.vertx.core.Context;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lists and watches the PingSources of all namespaces. Its cache holds uids and versions only. By uid, a source that
 * was replaced by one of the same name while the watch was down is removed, and not changed into the other.
 *
 * <p>fabric8's informer calls on threads of its own. Everything is handed to the event loop, in the same order.
 */
final class SourceInformer implements ResourceEventHandler<GenericKubernetesResource> {

    /** Objects in one response of a list. */
    private static final long PAGE = 200;

    private static final ResourceDefinitionContext KIND = new ResourceDefinitionContext.Builder()
            .withGroup("sources.knative.dev")
            .withVersion("v1")
            .withKind("PingSource")
            .withPlural("pingsources")
            .withNamespaced(true)
            .build();
    private static final Logger log = LoggerFactory.getLogger(SourceInformer.class);

    private final SharedIndexInformer<GenericKubernetesResource> informer;
    private final Context context;
    private final Listener listener;

    /** Receives the sources on the event loop. */
    interface Listener {

        /** A source is there, or was changed. */
        void put(GenericKubernetesResource source);

        /** The source with this uid is gone. */
        void remove(String uid);

        /** All sources of a list have been put. Called after the first list and each later one. */
        void listed();
    }

    SourceInformer(KubernetesClient client, Context context, Listener listener) {
        this.context = context;
        this.listener = listener;
        this.informer = client.genericKubernetesResources(KIND)
                .inAnyNamespace()
                .withLimit(PAGE)
                .runnableInformer(0)
                .itemStore(new ReducedStateItemStore<>(
                        ReducedStateItemStore.UID_KEY_STATE,
                        GenericKubernetesResource.class,
                        client.getKubernetesSerialization()))
                .exceptionHandler(SourceInformer::retry)
                .addEventHandler(this);
    }

    private static boolean retry(boolean started, Throwable failure) {
        log.atWarn().addKeyValue("detail", failure.getMessage()).log("PingSources cannot be read, retrying");
        return true;
    }

    @SuppressWarnings("FutureReturnValueIgnored") // failures are retried
    void start() {
        informer.start();
    }

    void stop() {
        informer.stop();
    }

    @Override
    public void onList(String resourceVersion, boolean remainedEmpty) {
        context.runOnContext(now -> listener.listed());
    }

    @Override
    public void onAdd(GenericKubernetesResource source) {
        context.runOnContext(now -> listener.put(source));
    }

    @Override
    public void onUpdate(GenericKubernetesResource old, GenericKubernetesResource source) {
        onAdd(source);
    }

    @Override
    public void onDelete(GenericKubernetesResource source, boolean finalStateUnknown) {
        context.runOnContext(now -> listener.remove(source.getMetadata().getUid()));
    }
}
