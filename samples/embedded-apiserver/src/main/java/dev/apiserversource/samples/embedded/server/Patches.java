package dev.apiserversource.samples.embedded.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.apiserversource.samples.embedded.store.ApiException;
import dev.apiserversource.samples.embedded.store.FieldError;
import dev.apiserversource.samples.embedded.store.Json;
import io.fabric8.zjsonpatch.JsonPatch;
import io.fabric8.zjsonpatch.JsonPatchException;

import java.util.function.UnaryOperator;

/**
 * The four patch formats, chosen by the content type of the request.
 *
 * @see <a href="https://kubernetes.io/docs/reference/using-api/api-concepts/#patch-and-apply">PATCH</a>
 */
final class Patches {

    private static final String APPLY = "application/apply-patch+yaml";
    private static final String ACCEPTED = "application/json-patch+json, application/merge-patch+json, " + APPLY;

    private Patches() {}

    static boolean isApply(ApiRequest request) {
        return request.contentType().equals(APPLY);
    }

    /** What the patch makes of an object; 415 for a format that the kind does not support. */
    static UnaryOperator<ObjectNode> of(ApiRequest request, String now) {
        return switch (request.contentType()) {
            case "application/json-patch+json" -> jsonPatch(request.json());
            case "application/merge-patch+json" -> mergePatch(request.object());
            case "application/strategic-merge-patch+json" -> strategicMergePatch(request);
            case APPLY -> serverSideApply(request, now);
            default -> throw ApiException.unsupportedMediaType(ACCEPTED);
        };
    }

    private static UnaryOperator<ObjectNode> jsonPatch(JsonNode operations) {
        return object -> {
            try {
                return (ObjectNode) JsonPatch.apply(operations, object);
            } catch (JsonPatchException | ClassCastException e) {
                throw ApiException.unprocessable("the server rejected our request due to an error in our request");
            }
        };
    }

    private static UnaryOperator<ObjectNode> mergePatch(ObjectNode patch) {
        return object -> Json.merge(object, patch);
    }

    private static UnaryOperator<ObjectNode> strategicMergePatch(ApiRequest request) {
        if (request.kind().custom()) {
            throw ApiException.unsupportedMediaType(ACCEPTED);
        }
        ObjectNode patch = request.object();
        return object -> StrategicMergePatch.apply(object, patch);
    }

    private static UnaryOperator<ObjectNode> serverSideApply(ApiRequest request, String now) {
        if (request.fieldManager().isEmpty()) {
            FieldError error = FieldError.required("fieldManager", "is required for apply patch");
            throw ApiException.invalidOptions("PatchOptions", error);
        }
        ServerSideApply apply = new ServerSideApply(request.fieldManager(), request.isForced(), now);
        ObjectNode applied = request.object();
        request.checkName(applied);
        return object -> apply.apply(object, applied);
    }
}
