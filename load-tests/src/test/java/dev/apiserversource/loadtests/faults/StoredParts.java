package dev.apiserversource.loadtests.faults;

import dev.apiserversource.loadtests.Rig;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import org.jspecify.annotations.Nullable;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/** The ConfigMaps that an adapter's checkpoint is kept in, and what may happen to them. */
final class StoredParts {

    static final String NAME = "kept";

    private static final String LABEL = "app.kubernetes.io/managed-by";
    private static final String CONTENT = "checkpoint";

    private final Rig rig;

    StoredParts(Rig rig) {
        this.rig = rig;
        rig.account().mayKeepCheckpointIn(rig.namespace(), NAME);
        // The cluster is known by the uid of its namespace kube-system.
        rig.account().mayWatch("", "namespaces");
    }

    void delete() {
        insist("delete the checkpoint", () -> all().forEach(
                        part -> rig.client().resource(part).delete()));
    }

    void truncate() {
        replaceMain(bytes -> Arrays.copyOf(bytes, bytes.length / 2));
    }

    /** Puts another uid in the place of this cluster's; the form of the rest does not matter. */
    void makeForeign() {
        insist("make the checkpoint foreign", () -> {
            String own = rig.client()
                    .namespaces()
                    .withName("kube-system")
                    .get()
                    .getMetadata()
                    .getUid();
            String other =
                    UUID.nameUUIDFromBytes(own.getBytes(StandardCharsets.UTF_8)).toString();
            replaceMain(bytes -> gzip(gunzip(bytes).replace(own, other)));
        });
    }

    void forbid() {
        insist("take the right away", () -> rig.account().mayNotKeepCheckpointIn(rig.namespace()));
    }

    void allow() {
        insist("give the right back", () -> rig.account().mayAgainKeepCheckpointIn(rig.namespace()));
    }

    /** Waits until all parts are there, and the main part is another than now. */
    void awaitWritten() {
        String now = version();
        Scene.RECOVERY.until("the checkpoint is written", () -> !version().equals(now) && all().size() > 1);
    }

    private String version() {
        try {
            ConfigMap main = main();
            return main == null ? "" : main.getMetadata().getResourceVersion();
        } catch (KubernetesClientException away) {
            return "";
        }
    }

    private List<ConfigMap> all() {
        try {
            return rig.client()
                    .configMaps()
                    .inNamespace(rig.namespace())
                    .withLabel(LABEL)
                    .list()
                    .getItems();
        } catch (KubernetesClientException away) {
            return List.of();
        }
    }

    private @Nullable ConfigMap main() {
        return rig.client()
                .configMaps()
                .inNamespace(rig.namespace())
                .withName(NAME)
                .get();
    }

    private void replaceMain(UnaryOperator<byte[]> change) {
        insist("change the checkpoint", () -> {
            ConfigMap main = main();
            if (main != null) {
                byte[] content = Base64.getDecoder().decode(main.getBinaryData().get(CONTENT));
                rig.client()
                        .resource(new ConfigMapBuilder(main)
                                .withBinaryData(
                                        Map.of(CONTENT, Base64.getEncoder().encodeToString(change.apply(content))))
                                .build())
                        .update();
            }
        });
    }

    /** Does it, however often that takes while the API server is away or somebody else writes. */
    private static void insist(String what, Runnable action) {
        Scene.RECOVERY.until(what, () -> {
            try {
                action.run();
                return true;
            } catch (KubernetesClientException e) {
                return e.getCode() == 404 || (what.startsWith("give") && e.getCode() == 409);
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
