package dev.apiserversource.controller.trust;

import dev.apiserversource.controller.apply.ChildMetadata;
import dev.apiserversource.controller.status.EventRecorder;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import org.jspecify.annotations.Nullable;

import java.net.HttpURLConnection;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Copies of trust bundles in the namespaces of sources. They are read by name, and not watched, because that would need
 * the permission to read all ConfigMaps of the cluster. So a copy is checked when its bundle has changed, and every
 * five minutes.
 */
final class BundleCopies {

    private static final Duration CHECK_INTERVAL = Duration.ofMinutes(5);
    private static final String SUFFIX = "kne-bundle";

    private final KubernetesClient client;
    private final EventRecorder events;
    private final Clock clock;
    private final Map<String, Checked> checked = new ConcurrentHashMap<>();

    /**
     * The result of a check.
     *
     * @param content hash of the bundle that was copied
     * @param usable whether the ConfigMap is a copy, and not one of a user
     */
    private record Checked(int content, boolean usable, Instant time) {}

    BundleCopies(KubernetesClient client, EventRecorder events, Clock clock) {
        this.client = client;
        this.events = events;
        this.clock = clock;
    }

    /** The name of the copies of {@code bundle}: Knative's. */
    static String name(ConfigMap bundle) {
        return ChildMetadata.name(bundle.getMetadata().getName(), SUFFIX);
    }

    /**
     * Makes the copy of {@code bundle} in the namespace of {@code source} as the bundle, and {@code source} one of its
     * owners.
     *
     * @return false when a ConfigMap that is no copy has its name
     * @throws KubernetesClientException when the API server refuses or fails
     */
    boolean ensure(ConfigMap bundle, HasMetadata source) {
        Instant now = clock.instant();
        String key = source.getMetadata().getUid() + "/" + name(bundle);
        int content = Objects.hash(bundle.getData(), bundle.getBinaryData());
        Checked last = checked.get(key);
        if (last != null
                && last.content() == content
                && now.isBefore(last.time().plus(CHECK_INTERVAL))) {
            return last.usable();
        }
        boolean usable = copy(bundle, source);
        checked.values().removeIf(old -> now.isAfter(old.time().plus(CHECK_INTERVAL)));
        checked.put(key, new Checked(content, usable, now));
        return usable;
    }

    private boolean copy(ConfigMap bundle, HasMetadata source) {
        Resource<ConfigMap> resource = resource(name(bundle), source);
        ConfigMap actual = resource.get();
        if (actual == null) {
            try {
                client.resource(desired(bundle, source)).create();
                return true;
            } catch (KubernetesClientException e) {
                if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
                    throw e;
                }
                // Another source of the namespace was faster.
                actual = resource.require();
            }
        }
        if (!isCopy(actual)) {
            events.warningOnce(
                    source,
                    "TrustBundleNotCopied",
                    "the ConfigMap " + name(bundle) + " exists and is no copy of the trust bundle "
                            + bundle.getMetadata().getName() + ": delete it, or rename the bundle");
            return false;
        }
        if (!isAsDesired(actual, bundle) || !isOwner(actual, source)) {
            resource.patch(
                    PatchContext.of(PatchType.STRATEGIC_MERGE),
                    patch(
                            actual,
                            bundle.getData(),
                            bundle.getBinaryData(),
                            Map.of("ownerReferences", List.of(owner(source)))));
        }
        return true;
    }

    private Resource<ConfigMap> resource(String name, HasMetadata source) {
        return client.configMaps()
                .inNamespace(source.getMetadata().getNamespace())
                .withName(name);
    }

    /** Without the other labels of the bundle: a tool that owns objects by its labels would delete the copy. */
    private static ConfigMap desired(ConfigMap bundle, HasMetadata source) {
        return new ConfigMapBuilder()
                .withNewMetadata()
                .withName(name(bundle))
                .withNamespace(source.getMetadata().getNamespace())
                .addToLabels(TrustBundles.LABEL, "true")
                .withOwnerReferences(owner(source))
                .endMetadata()
                .withData(bundle.getData())
                .withBinaryData(bundle.getBinaryData())
                .build();
    }

    /** Not the controlling owner, of which an object has one at most. */
    private static OwnerReference owner(HasMetadata source) {
        return new OwnerReferenceBuilder()
                .withApiVersion(source.getApiVersion())
                .withKind(source.getKind())
                .withName(source.getMetadata().getName())
                .withUid(source.getMetadata().getUid())
                .build();
    }

    private static boolean isCopy(ConfigMap configMap) {
        return configMap.getMetadata().getLabels() != null
                && "true".equals(configMap.getMetadata().getLabels().get(TrustBundles.LABEL));
    }

    private static boolean isAsDesired(ConfigMap actual, ConfigMap bundle) {
        return orEmpty(actual.getData()).equals(orEmpty(bundle.getData()))
                && orEmpty(actual.getBinaryData()).equals(orEmpty(bundle.getBinaryData()));
    }

    private static boolean isOwner(ConfigMap actual, HasMetadata source) {
        return actual.getMetadata().getOwnerReferences().stream()
                .anyMatch(owner -> owner.getUid().equals(source.getMetadata().getUid()));
    }

    /**
     * Removes all certificates from a copy whose bundle was deleted. It is not deleted: a pod that mounts it could not
     * start again, and the permission to delete ConfigMaps is not needed. It goes with its last owner.
     *
     * @throws KubernetesClientException when the API server refuses or fails
     */
    void empty(String name, HasMetadata source) {
        checked.keySet().remove(source.getMetadata().getUid() + "/" + name);
        Resource<ConfigMap> resource = resource(name, source);
        ConfigMap actual = resource.get();
        boolean full = actual != null
                && isCopy(actual)
                && isOwner(actual, source)
                && !(orEmpty(actual.getData()).isEmpty()
                        && orEmpty(actual.getBinaryData()).isEmpty());
        if (full) {
            resource.patch(PatchContext.of(PatchType.STRATEGIC_MERGE), patch(actual, Map.of(), Map.of(), Map.of()));
        }
    }

    /** A strategic merge patch adds an owner whatever other sources add at the same time. */
    private static String patch(
            ConfigMap actual,
            @Nullable Map<String, String> data,
            @Nullable Map<String, String> binaryData,
            Map<String, Object> metadata) {
        return Serialization.asJson(Map.of(
                "metadata", metadata,
                "data", replacing(actual.getData(), data),
                "binaryData", replacing(actual.getBinaryData(), binaryData)));
    }

    /** The keys of {@code desired}, and null for those to remove. */
    private static Map<String, @Nullable String> replacing(
            @Nullable Map<String, String> actual, @Nullable Map<String, String> desired) {
        Map<String, @Nullable String> patch = new HashMap<>();
        orEmpty(actual).keySet().forEach(key -> patch.put(key, null));
        patch.putAll(orEmpty(desired));
        return patch;
    }

    private static Map<String, String> orEmpty(@Nullable Map<String, String> map) {
        return map == null ? Map.of() : map;
    }
}
