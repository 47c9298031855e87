package dev.apiserversource.controller.apiserversource;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
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
 * Sees to it that the ConfigMap and the Lease are there that an adapter may write but not create. They are not watched: an adapter writes
 * them up to every second, and what it writes is its own. Instead they are looked for when a source is reconciled, every five minutes at most.
 */
final class CheckpointObjects {

    private static final Duration TRUSTED = Duration.ofMinutes(5);

    private final KubernetesClient client;
    private final Clock clock;
    private final Map<String, Instant> seen = new ConcurrentHashMap<>();

    CheckpointObjects(KubernetesClient client, Clock clock) {
        this.client = client;
        this.clock = clock;
    }

    /** Makes them at once for a source that has no Deployment yet, else looks first: a running adapter has them, but for a mishap. */
    void ensure(Source source, boolean running) {
        Instant now = clock.instant();
        String key = source.namespace() + "/" + source.childName();
        Instant last = seen.get(key);
        if (last != null && now.isBefore(last.plus(TRUSTED))) {
            return;
        }
        createIfAbsent(configMap(source), running);
        createIfAbsent(lease(source), running);
        seen.values().removeIf(time -> now.isAfter(time.plus(TRUSTED)));
        seen.put(key, now);
    }

    private void createIfAbsent(HasMetadata desired, boolean probablyThere) {
        if (probablyThere && client.resource(desired).get() != null) {
            return;
        }
        try {
            client.resource(desired).create();
        } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
                throw e;
            }
            // It is there, which is all that was wanted.
        }
    }

    private static ConfigMap configMap(Source source) {
        return new ConfigMapBuilder()
                .withMetadata(source.child(source.childName()))
                .build();
    }

    private static Lease lease(Source source) {
        return new LeaseBuilder().withMetadata(source.child(source.childName())).build();
    }
}
