package dev.apiserversource.adapter.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.apiserversource.frame.kube.ApiObjects;
import dev.apiserversource.frame.kube.ApiObjects.Answer;
import dev.apiserversource.frame.leader.Fence;
import io.vertx.core.Future;

import java.io.IOException;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;

/**
 * ConfigMaps of the real API server.
 *
 * <p>They are written by server-side apply, which creates by name, so a Role needs no more than {@code get}, {@code create} and {@code patch}
 * on these names.
 *
 * <p><b>Nothing is overwritten unseen.</b> Each apply names the resourceVersion that this process read or wrote last, and the API server
 * refuses it when there is another. Then somebody else has written: the store reads <em>which</em> version that is, asks the {@link Fence}
 * <em>afterwards</em>, and only then writes over that version, and no later one. An apply that names a version creates the ConfigMap all the same where there is none.
 */
final class KubeConfigMapStore implements ConfigMapStore {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String CONTENT = "checkpoint";
    private static final String MANAGER = "apiserversource-adapter";
    private static final int CONFLICT = 409;
    private static final int MOST_CONFLICTS = 3;

    /** No object of a running cluster has it: an apply that names it creates, and overwrites nothing. */
    private static final String NO_VERSION = "1";

    private final ApiObjects objects;
    private final String namespace;
    private final Fence fence;
    private final ArrayNode owners = JSON.createArrayNode();
    private final Map<String, String> versions = new HashMap<>();

    /**
     * A store in {@code namespace}. What it writes has the owners that the first ConfigMap read has, so that it goes when they go.
     *
     * @param fence is asked before what another process wrote is overwritten
     */
    KubeConfigMapStore(ApiObjects objects, String namespace, Fence fence) {
        this.objects = objects;
        this.namespace = namespace;
        this.fence = fence;
    }

    @Override
    public Future<byte[]> read(String name) {
        return objects.get(path(name)).compose(answer -> {
            noteVersion(name, answer);
            return switch (answer.status()) {
                case 200 -> content(answer.body());
                case 404 -> Future.succeededFuture(new byte[0]);
                default -> refused(answer);
            };
        });
    }

    @Override
    public Future<Boolean> write(String name, byte[] content) {
        return write(name, content, 0);
    }

    private Future<Boolean> write(String name, byte[] content, int conflicts) {
        String path = path(name) + "?force=true&fieldManager=" + MANAGER;
        return objects.patch(path, "application/apply-patch+yaml", configMap(name, content))
                .compose(answer -> {
                    noteVersion(name, answer);
                    return switch (answer.status()) {
                        case 200 -> Future.succeededFuture(false);
                        case 201 -> Future.succeededFuture(true);
                        case CONFLICT ->
                            conflicts < MOST_CONFLICTS ? overwrite(name, content, conflicts + 1) : refused(answer);
                        default -> refused(answer);
                    };
                });
    }

    /** The order is what makes it safe: whoever is in the right after the fence has answered has written no version but later ones. */
    private Future<Boolean> overwrite(String name, byte[] content, int conflicts) {
        return read(name)
                .compose(seen -> fence.holds())
                .compose(ours -> ours
                        ? write(name, content, conflicts)
                        : Future.failedFuture(
                                new StoreException(CONFLICT, "another process has taken over and has written it")));
    }

    private void noteVersion(String name, Answer answer) {
        switch (answer.status()) {
            case 200, 201 ->
                versions.put(name, answer.body().at("/metadata/resourceVersion").asText(NO_VERSION));
            case 404 -> versions.remove(name);
            default -> {}
        }
    }

    @Override
    public Future<String> cluster() {
        return objects.get("/api/v1/namespaces/kube-system").compose(answer -> switch (answer.status()) {
            case 200 -> Future.succeededFuture(answer.body().at("/metadata/uid").asText());
            case 403, 404 -> Future.succeededFuture("");
            default -> refused(answer);
        });
    }

    private String path(String name) {
        return "/api/v1/namespaces/" + namespace + "/configmaps/" + name;
    }

    private ObjectNode configMap(String name, byte[] content) {
        ObjectNode map = JSON.createObjectNode().put("apiVersion", "v1").put("kind", "ConfigMap");
        ObjectNode metadata = map.putObject("metadata")
                .put("name", name)
                .put("namespace", namespace)
                .put("resourceVersion", versions.getOrDefault(name, NO_VERSION));
        metadata.putObject("labels").put("app.kubernetes.io/managed-by", MANAGER);
        if (!owners.isEmpty()) {
            metadata.set("ownerReferences", owners);
        }
        map.putObject("binaryData").put(CONTENT, Base64.getEncoder().encodeToString(content));
        return map;
    }

    private Future<byte[]> content(JsonNode map) {
        if (owners.isEmpty()) {
            map.at("/metadata/ownerReferences").forEach(owner -> owners.addObject()
                    .put("apiVersion", owner.path("apiVersion").asText())
                    .put("kind", owner.path("kind").asText())
                    .put("name", owner.path("name").asText())
                    .put("uid", owner.path("uid").asText()));
        }
        try {
            byte[] content = map.path("binaryData").path(CONTENT).binaryValue();
            return Future.succeededFuture(content == null ? new byte[0] : content);
        } catch (IOException noBase64) {
            // What is no checkpoint will be found out when it is read.
            return Future.succeededFuture(new byte[1]);
        }
    }

    private static <T> Future<T> refused(Answer answer) {
        return Future.failedFuture(new StoreException(answer.status(), answer.message()));
    }
}
