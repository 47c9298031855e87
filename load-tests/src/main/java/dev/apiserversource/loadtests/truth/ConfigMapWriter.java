package dev.apiserversource.loadtests.truth;

import dev.apiserversource.loadtests.Patience;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import org.jspecify.annotations.Nullable;

import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/**
 * Writes ConfigMaps and enters each change into the ground truth. A ConfigMap has one writing thread at a time. A write whose outcome is
 * not known, because the API server went away, is settled by reading before anything else is written.
 */
public final class ConfigMapWriter {

    private static final String KEY = "state";
    private static final int NOT_FOUND = 404;

    private final KubernetesClient client;
    private final GroundTruth truth;
    private final Patience patience = Patience.ofSeconds(120);

    /** Writes through {@code client}, which should not retry by itself. */
    public ConfigMapWriter(KubernetesClient client, GroundTruth truth) {
        this.client = client;
        this.truth = truth;
    }

    /** Creates a ConfigMap that holds {@code state}. */
    public ConfigMap create(String namespace, String name, String state) {
        ConfigMap wanted = new ConfigMapBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(name)
                .endMetadata()
                .addToData(KEY, state)
                .build();
        ConfigMap created = written(wanted, () -> client.resource(wanted).create());
        truth.created(subject(created), created.getMetadata().getResourceVersion());
        return created;
    }

    /** Gives the ConfigMap, as the last write returned it, a state it does not have yet. */
    public ConfigMap update(ConfigMap last, String state) {
        ConfigMap wanted =
                new ConfigMapBuilder(last).withData(Map.of(KEY, state)).build();
        ConfigMap updated = written(wanted, () -> client.resource(wanted).update());
        truth.updated(subject(updated), updated.getMetadata().getResourceVersion());
        return updated;
    }

    /** Deletes the ConfigMap. */
    public void delete(ConfigMap last) {
        patience.until("delete " + subject(last), () -> deleted(last));
        truth.deleted(subject(last));
    }

    /** The subject under which events of the ConfigMap come. */
    public static String subject(ConfigMap configMap) {
        return subject(
                configMap.getMetadata().getNamespace(), configMap.getMetadata().getName());
    }

    /** The subject under which events of that ConfigMap come. */
    public static String subject(String namespace, String name) {
        return "/apis/v1/namespaces/" + namespace + "/configmaps/" + name;
    }

    private ConfigMap written(ConfigMap wanted, Supplier<ConfigMap> write) {
        AtomicReference<@Nullable ConfigMap> outcome = new AtomicReference<>();
        patience.until("write " + subject(wanted), () -> {
            try {
                outcome.set(write.get());
            } catch (KubernetesClientException e) {
                outcome.set(heldDespite(e, wanted));
            }
            return outcome.get() != null;
        });
        return Objects.requireNonNull(outcome.get());
    }

    /** What the API server has, when it is what was wanted although the write seemed to fail; null otherwise. */
    private @Nullable ConfigMap heldDespite(KubernetesClientException failure, ConfigMap wanted) {
        try {
            ConfigMap found = client.resource(wanted).get();
            return found != null && found.getData().equals(wanted.getData()) ? found : null;
        } catch (KubernetesClientException e) {
            failure.addSuppressed(e);
            return null;
        }
    }

    private boolean deleted(ConfigMap last) {
        try {
            client.resource(last).delete();
            return true;
        } catch (KubernetesClientException e) {
            return e.getCode() == NOT_FOUND;
        }
    }
}
