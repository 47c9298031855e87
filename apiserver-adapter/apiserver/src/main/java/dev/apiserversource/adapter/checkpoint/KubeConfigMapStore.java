package dev.apiserversource.adapter.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.apiserversource.adapter.model.ObjectMetadata;
import dev.apiserversource.frame.kube.ApiObjects;
import dev.apiserversource.frame.kube.ApiObjects.Answer;
import dev.apiserversource.frame.leader.Fence;
import io.vertx.core.Future;

import java.io.IOException;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;

/**
 * ConfigMaps of an API server, written by <a
 * href="https://kubernetes.io/docs/reference/using-api/server-side-apply/">server-side apply</a>. Apply creates by
 * name, so a Role needs only {@code get}, {@code create} and {@code patch} on these names.
 *
 * <p><b>No write is overwritten unread.</b> Each apply names the resourceVersion that this process read or wrote
 * last. The API server refuses it with 409 if there is another, because then another process has written. The store
 * reads that version, asks the {@link Fence}, and applies to exactly that version.
 *
 * <p>The order matters: read the version before asking the fence. If the fence confirms that this process is the
 * leader, any write since then has a newer version, so the apply fails.
 */
public final class KubeConfigMapStore implements ConfigMapStore {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String CONTENT = "checkpoint";
    private static final String SOURCE_VERSION = "sources.knative.dev/v1";
    private static final int CONFLICT = 409;
    private static final int MAX_CONFLICTS = 3;

    /** No object of a running cluster has it, so an apply that names it can create and cannot overwrite. */
    private static final String NO_VERSION = "1";

    private final ApiObjects objects;
    private final String namespace;
    private final String name;
    private final Fence fence;
    private String source = "";
    private final ArrayNode owners = JSON.createArrayNode();
    private final Map<String, String> versions = new HashMap<>();

    /**
     * A store of the checkpoint {@code name} in {@code namespace}. All parts get the owner references of the first
     * part that has any, so that they are garbage collected together. The controller creates the manifest with the
     * source as its owner.
     *
     * @param fence asked before a version of another process is overwritten
     */
    public KubeConfigMapStore(ApiObjects objects, String namespace, String name, Fence fence) {
        this.objects = objects;
        this.namespace = namespace;
        this.name = name;
        this.fence = fence;
    }

    /**
     * This store, with the ApiServerSource of that name in its namespace as the owner of all parts, if it can be read.
     * Parts of an earlier source of that name are then not read: they are about to be garbage collected.
     */
    public KubeConfigMapStore ownedBy(String sourceName) {
        source = sourceName;
        return this;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public boolean contains(ObjectMetadata configMap) {
        return configMap.namespace().equals(namespace) && ShardLayout.isPartOf(name, configMap.name());
    }

    @Override
    public Future<byte[]> read(String part) {
        return readOwner().compose(owned -> objects.get(path(part))).compose(answer -> {
            noteVersion(part, answer);
            return switch (answer.status()) {
                case 200 -> content(answer.body());
                case 404 -> Future.succeededFuture(new byte[0]);
                default -> refused(answer);
            };
        });
    }

    @Override
    public Future<WriteResult> write(String part, byte[] content) {
        return readOwner().compose(owned -> write(part, content, 0));
    }

    /** Asked again until it is answered, because the right may be granted at any time. */
    private Future<Void> readOwner() {
        if (source.isEmpty() || !owners.isEmpty()) {
            return Future.succeededFuture();
        }
        String path = "/apis/" + SOURCE_VERSION + "/namespaces/" + namespace + "/apiserversources/" + source;
        return objects.get(path).compose(answer -> switch (answer.status()) {
            case 200 -> {
                if (owners.isEmpty()) {
                    addOwner(
                            SOURCE_VERSION,
                            "ApiServerSource",
                            source,
                            answer.body().at("/metadata/uid"));
                }
                yield Future.succeededFuture();
            }
            case 403, 404 -> Future.succeededFuture();
            default -> refused(answer);
        });
    }

    private void addOwner(String apiVersion, String kind, String ownerName, JsonNode uid) {
        owners.addObject()
                .put("apiVersion", apiVersion)
                .put("kind", kind)
                .put("name", ownerName)
                .put("uid", uid.asText());
    }

    private Future<WriteResult> write(String part, byte[] content, int conflicts) {
        String path = path(part) + "?force=true&fieldManager=" + ApiObjects.MANAGER;
        return objects.patch(path, "application/apply-patch+yaml", configMap(part, content))
                .compose(answer -> {
                    noteVersion(part, answer);
                    return switch (answer.status()) {
                        case 200 ->
                            Future.succeededFuture(conflicts > 0 ? WriteResult.OVERWRITTEN : WriteResult.UPDATED);
                        case 201 -> Future.succeededFuture(WriteResult.CREATED);
                        case CONFLICT ->
                            conflicts < MAX_CONFLICTS ? overwrite(part, content, conflicts + 1) : refused(answer);
                        default -> refused(answer);
                    };
                });
    }

    private Future<WriteResult> overwrite(String part, byte[] content, int conflicts) {
        return read(part)
                .compose(seen -> fence.holds())
                .compose(ours -> ours
                        ? write(part, content, conflicts)
                        : Future.failedFuture(
                                new StoreException(CONFLICT, "another process has taken over and written it")));
    }

    private void noteVersion(String part, Answer answer) {
        switch (answer.status()) {
            case 200, 201 ->
                versions.put(part, answer.body().at("/metadata/resourceVersion").asText(NO_VERSION));
            case 404 -> versions.remove(part);
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

    private String path(String part) {
        return "/api/v1/namespaces/" + namespace + "/configmaps/" + part;
    }

    private ObjectNode configMap(String part, byte[] content) {
        ObjectNode map = JSON.createObjectNode().put("apiVersion", "v1").put("kind", "ConfigMap");
        ObjectNode metadata = map.putObject("metadata")
                .put("name", part)
                .put("namespace", namespace)
                .put("resourceVersion", versions.getOrDefault(part, NO_VERSION));
        metadata.putObject("labels").put(ApiObjects.MANAGED_BY, ApiObjects.MANAGER);
        if (!owners.isEmpty()) {
            metadata.set("ownerReferences", owners);
        }
        map.putObject("binaryData").put(CONTENT, Base64.getEncoder().encodeToString(content));
        return map;
    }

    private Future<byte[]> content(JsonNode map) {
        JsonNode found = map.at("/metadata/ownerReferences");
        if (owners.isEmpty()) {
            found.forEach(owner -> addOwner(
                    owner.path("apiVersion").asText(),
                    owner.path("kind").asText(),
                    owner.path("name").asText(),
                    owner.path("uid")));
        } else if (isOfAnother(found)) {
            return Future.succeededFuture(new byte[0]);
        }
        try {
            byte[] content = map.path("binaryData").path(CONTENT).binaryValue();
            return Future.succeededFuture(content == null ? new byte[0] : content);
        } catch (IOException notBase64) {
            // Bytes that no decoder accepts, so the checkpoint is reported as corrupt.
            return Future.succeededFuture(new byte[1]);
        }
    }

    private boolean isOfAnother(JsonNode found) {
        return !found.isEmpty()
                && !found.findValuesAsText("uid").contains(owners.at("/0/uid").asText());
    }

    private static <T> Future<T> refused(Answer answer) {
        return Future.failedFuture(new StoreException(answer.status(), answer.message()));
    }
}
