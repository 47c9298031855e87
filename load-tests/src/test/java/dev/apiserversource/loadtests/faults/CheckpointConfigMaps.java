package dev.apiserversource.loadtests.faults;

import dev.apiserversource.loadtests.TestBed;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceQuota;
import io.fabric8.kubernetes.api.model.ResourceQuotaBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import org.jspecify.annotations.Nullable;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

import static dev.apiserversource.loadtests.TestBed.RECOVERY;

/** The ConfigMaps of an adapter's checkpoint, one manifest and its shards, and the damage that can be done to them. */
final class CheckpointConfigMaps {

    private static final String LABEL = "app.kubernetes.io/managed-by";
    private static final String CONTENT = "checkpoint";
    private static final Duration WRITE_TIME = Duration.ofSeconds(3);
    private static final String QUOTA = "no-more";
    private static final int FORBIDDEN = 403;
    private static final int NOT_FOUND = 404;
    private static final int CONFLICT = 409;

    private final TestBed bed;
    private final String name;

    CheckpointConfigMaps(TestBed bed, String name) {
        this.bed = bed;
        this.name = name;
        bed.account().grantCheckpointIn(bed.namespace(), name);
        // The adapter identifies the cluster by the uid of the namespace kube-system.
        bed.account().grantWatch("", "namespaces");
    }

    /** The name of the manifest, and the prefix of the shards' names. */
    String name() {
        return name;
    }

    void delete() {
        retry("delete the checkpoint", Set.of(NOT_FOUND), () -> all().forEach(
                        part -> bed.client().resource(part).delete()));
    }

    /** Deletes one shard; there is at least one. */
    void deleteShard() {
        retry("delete a shard", Set.of(NOT_FOUND), () -> all().stream()
                .filter(part -> !part.getMetadata().getName().equals(name))
                .limit(1)
                .forEach(shard -> bed.client().resource(shard).delete()));
    }

    /** Makes the API server refuse new ConfigMaps in the namespace, and accept changes of those that exist. */
    void exhaustQuota() {
        Map<String, Quantity> one = Map.of("count/configmaps", Quantity.parse("1"));
        Resource<ResourceQuota> quota = bed.client()
                .resource(new ResourceQuotaBuilder()
                        .withNewMetadata()
                        .withName(QUOTA)
                        .withNamespace(bed.namespace())
                        .endMetadata()
                        .withNewSpec()
                        .withHard(one)
                        .endSpec()
                        .build());
        quota.create();
        // No controller counts the ConfigMaps here.
        quota.editStatus(created -> new ResourceQuotaBuilder(created)
                .withNewStatus()
                .withHard(one)
                .withUsed(one)
                .endStatus()
                .build());
        TestBed.await("the quota is in force").atMost(RECOVERY).until(this::createIsRefused);
    }

    void liftQuota() {
        retry("delete the quota", Set.of(NOT_FOUND), () -> bed.client()
                .resourceQuotas()
                .inNamespace(bed.namespace())
                .withName(QUOTA)
                .delete());
    }

    private boolean createIsRefused() {
        try {
            bed.client()
                    .resource(new ConfigMapBuilder()
                            .withNewMetadata()
                            .withGenerateName("refused-")
                            .withNamespace(bed.namespace())
                            .endMetadata()
                            .build())
                    .create();
            return false;
        } catch (KubernetesClientException e) {
            return e.getCode() == FORBIDDEN;
        }
    }

    /** Cuts the manifest in half. */
    void truncate() {
        replaceManifest(bytes -> Arrays.copyOf(bytes, bytes.length / 2));
    }

    /** Replaces this cluster's uid by another one; the rest of the format does not matter. */
    void makeForeign() {
        replaceManifest(bytes -> {
            String own = bed.client()
                    .namespaces()
                    .withName("kube-system")
                    .get()
                    .getMetadata()
                    .getUid();
            String other =
                    UUID.nameUUIDFromBytes(own.getBytes(StandardCharsets.UTF_8)).toString();
            return gzip(gunzip(bytes).replace(own, other));
        });
    }

    void forbid() {
        retry("revoke the right", Set.of(NOT_FOUND), () -> bed.account().revokeCheckpointIn(bed.namespace()));
    }

    void allow() {
        retry("restore the right", Set.of(CONFLICT), () -> bed.account().restoreCheckpointIn(bed.namespace()));
    }

    /** Waits until the manifest has another version than now, and shards exist. */
    void awaitWritten() {
        String now = version();
        TestBed.await("the checkpoint is written")
                .atMost(RECOVERY)
                .until(() -> !version().equals(now) && all().size() > 1);
    }

    /** Waits for a checkpoint that includes everything up to now: the first write may have begun before. */
    void awaitCurrent() {
        awaitWritten();
        awaitWritten();
    }

    /**
     * Everything before this {@link System#nanoTime()} is in the stored checkpoint: the time of its last write, less
     * what a
     * write takes on a busy machine.
     */
    long completeUntil() {
        return System.nanoTime() - age().plus(WRITE_TIME).toNanos();
    }

    /** Time since the last write, by the API server's clock, which is this machine's; zero when it cannot be read. */
    private Duration age() {
        try {
            return Stream.ofNullable(manifest())
                    .flatMap(manifest -> manifest.getMetadata().getManagedFields().stream())
                    .map(fields -> Duration.between(Instant.parse(fields.getTime()), Instant.now()))
                    .min(Comparator.naturalOrder())
                    .orElse(Duration.ZERO);
        } catch (KubernetesClientException apiServerDown) {
            return Duration.ZERO;
        }
    }

    private String version() {
        try {
            ConfigMap manifest = manifest();
            return manifest == null ? "" : manifest.getMetadata().getResourceVersion();
        } catch (KubernetesClientException apiServerDown) {
            return "";
        }
    }

    private List<ConfigMap> all() {
        try {
            return bed.client()
                    .configMaps()
                    .inNamespace(bed.namespace())
                    .withLabel(LABEL)
                    .list()
                    .getItems();
        } catch (KubernetesClientException apiServerDown) {
            return List.of();
        }
    }

    private @Nullable ConfigMap manifest() {
        return bed.client()
                .configMaps()
                .inNamespace(bed.namespace())
                .withName(name)
                .get();
    }

    private void replaceManifest(UnaryOperator<byte[]> change) {
        retry("change the checkpoint", Set.of(NOT_FOUND), () -> {
            ConfigMap manifest = manifest();
            if (manifest != null) {
                byte[] content =
                        Base64.getDecoder().decode(manifest.getBinaryData().get(CONTENT));
                String changed = Base64.getEncoder().encodeToString(change.apply(content));
                bed.client()
                        .resource(new ConfigMapBuilder(manifest)
                                .withBinaryData(Map.of(CONTENT, changed))
                                .build())
                        .update();
            }
        });
    }

    /** Retries while the API server is down or another client writes; a status in {@code done} means success. */
    private static void retry(String what, Set<Integer> done, Runnable action) {
        TestBed.await(what).atMost(RECOVERY).until(() -> {
            try {
                action.run();
                return true;
            } catch (KubernetesClientException e) {
                return done.contains(e.getCode());
            }
        });
    }

    private static String gunzip(byte[] bytes) {
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
            return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] gzip(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(text.getBytes(StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
