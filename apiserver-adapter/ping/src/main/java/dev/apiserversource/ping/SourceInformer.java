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

import java.util.function.Consumer;

/**
 * Lists and watches the PingSources of all namespaces. Its cache holds names and uids only.
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
    }

    SourceInformer(KubernetesClient client, Context context, Listener listener) {
        this.context = context;
        this.listener = listener;
        this.informer = client.genericKubernetesResources(KIND)
                .inAnyNamespace()
                .withLimit(PAGE)
                .runnableInformer(0)
                .itemStore(new ReducedStateItemStore<>(
                        ReducedStateItemStore.NAME_KEY_STATE,
                        GenericKubernetesResource.class,
                        client.getKubernetesSerialization(),
                        "metadata.uid"))
                .exceptionHandler(SourceInformer::retry)
                .addEventHandler(this);
    }

    private static boolean retry(boolean started, Throwable failure) {
        log.atWarn().addKeyValue("detail", failure.getMessage()).log("PingSources cannot be read, retrying");
        return true;
    }

    /** Starts. {@code listed} runs on the event loop when the first list is complete. */
    @SuppressWarnings("FutureReturnValueIgnored") // failures are retried
    void start(Consumer<Integer> listed) {
        informer.start()
                .thenRun(() -> context.runOnContext(
                        now -> listed.accept(informer.getStore().listKeys().size())));
    }

    void stop() {
        informer.stop();
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
