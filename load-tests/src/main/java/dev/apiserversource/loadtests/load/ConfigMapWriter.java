package dev.apiserversource.loadtests.load;

import dev.apiserversource.loadtests.verify.GroundTruth;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import org.awaitility.Awaitility;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Writes ConfigMaps and records each change in the ground truth. Each ConfigMap must have one writing thread. When
 * a write fails because the API server is away, its outcome is unknown: it is read before the write is repeated.
 */
public final class ConfigMapWriter {

    private static final String KEY = "state";
    private static final int NOT_FOUND = 404;

    /** Longer than any fault of the API server. */
    private static final Duration TIMEOUT = Duration.ofMinutes(2);

    private final KubernetesClient client;
    private final GroundTruth truth;

    /** Writes through {@code client}, which must not retry. */
    public ConfigMapWriter(KubernetesClient client, GroundTruth truth) {
        this.client = client;
        this.truth = truth;
    }

    /** Creates a ConfigMap that holds {@code state}. */
    public ConfigMap create(String namespace, String name, String state) {
        ConfigMap desired = new ConfigMapBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(name)
                .endMetadata()
                .addToData(KEY, state)
                .build();
        ConfigMap created = write(desired, () -> client.resource(desired).create());
        truth.created(subject(created), created.getMetadata().getResourceVersion());
        return created;
    }

    /**
     * Replaces the state of a ConfigMap.
     *
     * @param last the result of the last write
     * @param state other than the present one
     */
    public ConfigMap update(ConfigMap last, String state) {
        ConfigMap desired =
                new ConfigMapBuilder(last).withData(Map.of(KEY, state)).build();
        ConfigMap updated = write(desired, () -> client.resource(desired).update());
        truth.updated(subject(updated), updated.getMetadata().getResourceVersion());
        return updated;
    }

    /** Deletes the ConfigMap. */
    public void delete(ConfigMap last) {
        if (!deleted(last)) {
            Awaitility.await("delete " + subject(last)).atMost(TIMEOUT).until(() -> deleted(last));
        }
        truth.deleted(subject(last));
    }

    /** The {@code subject} of events about the ConfigMap. */
    public static String subject(ConfigMap configMap) {
        return subject(
                configMap.getMetadata().getNamespace(), configMap.getMetadata().getName());
    }

    /** The {@code subject} of events about the ConfigMap of that name. */
    public static String subject(String namespace, String name) {
        return "/apis/v1/namespaces/" + namespace + "/configmaps/" + name;
    }

    private ConfigMap write(ConfigMap desired, Supplier<ConfigMap> request) {
        return attempt(desired, request)
                .or(() -> Awaitility.await("write " + subject(desired))
                        .atMost(TIMEOUT)
                        .until(() -> attempt(desired, request), Optional::isPresent))
                .orElseThrow();
    }

    private Optional<ConfigMap> attempt(ConfigMap desired, Supplier<ConfigMap> request) {
        try {
            return Optional.of(request.get());
        } catch (KubernetesClientException e) {
            return readBack(desired);
        }
    }

    /** The actual object when it equals the desired one: the write took effect although its response was lost. */
    private Optional<ConfigMap> readBack(ConfigMap desired) {
        try {
            return Optional.ofNullable(client.resource(desired).get())
                    .filter(actual -> actual.getData().equals(desired.getData()));
        } catch (KubernetesClientException e) {
            return Optional.empty();
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
