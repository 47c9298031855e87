package dev.apiserversource.controller.apiserversource;

import dev.apiserversource.controller.api.ApiServerSource;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;

import java.net.HttpURLConnection;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Creates the objects that hold the state of an adapter: the Lease, which the adapter may update but not create, and
 * the first ConfigMap of the checkpoint. The adapter copies the owner reference of that ConfigMap to every shard it
 * creates, so that all of them are deleted with the source.
 *
 * <p>The objects are not watched, because an adapter writes them every few seconds. Their existence is checked when
 * the source is reconciled, at most every five minutes.
 */
final class AdapterStateObjects {

    private static final Duration CHECK_INTERVAL = Duration.ofMinutes(5);

    private final KubernetesClient client;
    private final Clock clock;
    private final Map<String, Instant> checked = new ConcurrentHashMap<>();

    AdapterStateObjects(KubernetesClient client, Clock clock) {
        this.client = client;
        this.clock = clock;
    }

    /**
     * Creates what does not exist. A source without a Deployment is new, so that nothing is read before it is created.
     *
     * @throws KubernetesClientException when the API server refuses or fails
     */
    void ensure(ApiServerSource source, boolean hasDeployment) {
        Instant now = clock.instant();
        String key = source.getMetadata().getNamespace() + "/" + AdapterMetadata.name(source);
        Instant last = checked.get(key);
        if (last != null && now.isBefore(last.plus(CHECK_INTERVAL))) {
            return;
        }
        createIfAbsent(new ConfigMapBuilder().withMetadata(metadata(source)).build(), hasDeployment);
        createIfAbsent(new LeaseBuilder().withMetadata(metadata(source)).build(), hasDeployment);
        checked.values().removeIf(time -> now.isAfter(time.plus(CHECK_INTERVAL)));
        checked.put(key, now);
    }

    /** Adapters ignore objects with this label, so that writes of one source are no changes for the others. */
    private static ObjectMeta metadata(ApiServerSource source) {
        ObjectMeta metadata = AdapterMetadata.of(source);
        metadata.getLabels().put("app.kubernetes.io/managed-by", "apiserversource-adapter");
        return metadata;
    }

    private void createIfAbsent(HasMetadata desired, boolean probablyExists) {
        if (probablyExists && client.resource(desired).get() != null) {
            return;
        }
        try {
            client.resource(desired).create();
        } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
                throw e;
            }
            // It exists already.
        }
    }
}
