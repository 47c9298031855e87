package dev.apiserversource.frame.leader;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.apiserversource.frame.kube.ApiObjects;
import dev.apiserversource.frame.kube.ApiObjects.Answer;
import dev.apiserversource.frame.kube.KubeClients;
import dev.apiserversource.frame.kube.KubeHttp;
import io.fabric8.kubernetes.client.Config;
import io.vertx.core.Future;
import io.vertx.core.Vertx;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The Lease of an API server. A write is a merge patch with a resourceVersion: it fails when the Lease has changed, and
 * keeps fields and labels of others. Annotations are part of the same patch when they have changed, and
 * removed when the Lease is released.
 */
final class KubeLeaseStore implements LeaseStore {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** {@code MicroTime} of the Kubernetes API: always six digits. */
    private static final DateTimeFormatter MICRO_TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

    private final KubeHttp client;
    private final ApiObjects objects;
    private final String path;
    private final Map<String, Supplier<String>> annotations;

    /** The annotations as they were read last. */
    private JsonNode stored = JSON.createObjectNode();

    /**
     * A store with connections of its own: their idle timeout is much shorter than that of a watch.
     *
     * @param kubernetes address and credentials of the API server
     * @param vertx its current context receives the answers
     * @param annotations published while the Lease is held, by name; one whose text is empty is removed
     */
    KubeLeaseStore(LeaseSettings settings, Config kubernetes, Vertx vertx, Map<String, Supplier<String>> annotations) {
        this.annotations = annotations;
        this.client = KubeClients.http(vertx, kubernetes, settings.idleTimeout());
        this.objects = new ApiObjects(client, vertx.getOrCreateContext(), settings.requestTimeout());
        this.path = "/apis/coordination.k8s.io/v1/namespaces/" + settings.namespace() + "/leases/" + settings.name();
    }

    @Override
    public Future<LeaseRecord> read() {
        return objects.get(path).compose(this::record);
    }

    @Override
    public Future<LeaseRecord> write(LeaseRecord.Update update, String resourceVersion) {
        return objects.patch(path, "application/merge-patch+json", patch(update, resourceVersion))
                .compose(this::record);
    }

    @Override
    public void close() {
        client.close();
    }

    private ObjectNode patch(LeaseRecord.Update update, String resourceVersion) {
        ObjectNode patch = JSON.createObjectNode();
        ObjectNode metadata = patch.putObject("metadata").put("resourceVersion", resourceVersion);
        // Adapters that watch Leases ignore those with this label.
        metadata.putObject("labels").put(ApiObjects.MANAGED_BY, ApiObjects.MANAGER);
        ObjectNode changed = changedAnnotations(!update.holder().isEmpty());
        if (!changed.isEmpty()) {
            metadata.set("annotations", changed);
        }
        ObjectNode spec = patch.putObject("spec")
                .put("holderIdentity", update.holder())
                .put("leaseDurationSeconds", Math.max(1, update.duration().toSeconds()))
                .put("leaseTransitions", update.transitions())
                .put("renewTime", microTime(update.renewTime()));
        if (update.acquireTime() != null) {
            spec.put("acquireTime", microTime(update.acquireTime()));
        }
        return patch;
    }

    private ObjectNode changedAnnotations(boolean held) {
        ObjectNode changed = JSON.createObjectNode();
        annotations.forEach((name, source) -> {
            String text = held ? source.get() : "";
            if (!text.equals(stored.path(name).asText(""))) {
                changed.put(name, text.isEmpty() ? null : text);
            }
        });
        return changed;
    }

    private static String microTime(Instant instant) {
        return MICRO_TIME.format(instant);
    }

    private Future<LeaseRecord> record(Answer answer) {
        if (answer.status() != 200) {
            return Future.failedFuture(new LeaseException(answer.status(), answer.message()));
        }
        JsonNode metadata = answer.body().path("metadata");
        JsonNode spec = answer.body().path("spec");
        stored = metadata.path("annotations");
        long seconds = spec.path("leaseDurationSeconds").asLong(LeaseSettings.DEFAULT_DURATION.toSeconds());
        return Future.succeededFuture(new LeaseRecord(
                metadata.path("uid").asText(),
                metadata.path("resourceVersion").asText(),
                spec.path("holderIdentity").asText(""),
                spec.path("leaseTransitions").asInt(0),
                spec.path("renewTime").asText(""),
                Duration.ofSeconds(seconds)));
    }
}
