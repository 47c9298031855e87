package dev.apiserversource.ping;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.apiserversource.frame.kube.ApiObjects;
import dev.apiserversource.frame.kube.ApiObjects.Answer;
import dev.apiserversource.frame.leader.Fence;
import io.vertx.core.Future;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Keeps the checkpoint as text in a ConfigMap, where people can read it. It is written by <a
 * href="https://kubernetes.io/docs/reference/using-api/server-side-apply/">server-side apply</a>, which creates it too.
 *
 * <p>Each write names the resourceVersion that this process read or wrote last. If another process has written since,
 * the API server answers 409. Then the order is: read the version, ask the fence, write to exactly that version. If the
 * fence confirms that this process is the leader, any later write of another has a newer version, so ours fails.
 */
final class ConfigMapStore implements CheckpointStore {

    /** A ConfigMap can hold 1 MiB. */
    private static final int MAX_BYTES = 1_000_000;

    private static final String KEY = "checkpoint.json";
    private static final int CONFLICT = 409;
    private static final int MAX_CONFLICTS = 3;

    /** No object of a running cluster has it, so an apply that names it can create and cannot overwrite. */
    private static final String NO_VERSION = "1";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Logger log = LoggerFactory.getLogger(ConfigMapStore.class);

    private final ApiObjects objects;
    private final String namespace;
    private final String name;
    private final Fence fence;
    private String version = NO_VERSION;

    /** A store in the ConfigMap {@code namespace/name}. {@code fence} is asked after the write of another process. */
    ConfigMapStore(ApiObjects objects, String namespace, String name, Fence fence) {
        this.objects = objects;
        this.namespace = namespace;
        this.name = name;
        this.fence = fence;
    }

    @Override
    public Future<Optional<Checkpoint>> read() {
        return objects.get(path()).compose(answer -> {
            noteVersion(answer);
            return switch (answer.status()) {
                case 200 -> Future.succeededFuture(decode(answer.body()));
                case 404 -> Future.succeededFuture(Optional.empty());
                default -> refused(answer);
            };
        });
    }

    private Optional<Checkpoint> decode(JsonNode configMap) {
        String text = configMap.path("data").path(KEY).asText("");
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(Checkpoint.decode(text.getBytes(StandardCharsets.UTF_8)));
        } catch (IOException malformed) {
            log.atError()
                    .addKeyValue("configMap", name)
                    .addKeyValue("detail", malformed.getMessage())
                    .log("checkpoint unusable, ticks before this start are lost");
            return Optional.empty();
        }
    }

    @Override
    public Future<Void> write(Checkpoint checkpoint) {
        byte[] bytes = checkpoint.encode();
        return bytes.length > MAX_BYTES
                ? Future.failedFuture(
                        "too many sources lag: " + checkpoint.lagging().size())
                : write(new String(bytes, StandardCharsets.UTF_8), 0);
    }

    private Future<Void> write(String text, int conflicts) {
        String path = path() + "?force=true&fieldManager=" + ApiObjects.MANAGER;
        return objects.patch(path, "application/apply-patch+yaml", configMap(text))
                .compose(answer -> {
                    noteVersion(answer);
                    return switch (answer.status()) {
                        case 200, 201 -> Future.succeededFuture();
                        case CONFLICT -> conflicts < MAX_CONFLICTS ? overwrite(text, conflicts + 1) : refused(answer);
                        default -> refused(answer);
                    };
                });
    }

    private Future<Void> overwrite(String text, int conflicts) {
        return objects.get(path())
                .onSuccess(this::noteVersion)
                .compose(seen -> fence.holds())
                .compose(ours -> ours ? write(text, conflicts) : Future.failedFuture("another process is the leader"));
    }

    private void noteVersion(Answer answer) {
        switch (answer.status()) {
            case 200, 201 ->
                version = answer.body().at("/metadata/resourceVersion").asText(NO_VERSION);
            case 404 -> version = NO_VERSION;
            default -> {}
        }
    }

    private String path() {
        return "/api/v1/namespaces/" + namespace + "/configmaps/" + name;
    }

    private ObjectNode configMap(String text) {
        ObjectNode map = JSON.createObjectNode().put("apiVersion", "v1").put("kind", "ConfigMap");
        map.putObject("metadata")
                .put("name", name)
                .put("namespace", namespace)
                .put("resourceVersion", version)
                .putObject("labels")
                .put(ApiObjects.MANAGED_BY, ApiObjects.MANAGER);
        map.putObject("data").put(KEY, text);
        return map;
    }

    private static <T> Future<T> refused(Answer answer) {
        return Future.failedFuture(answer.message());
    }
}
