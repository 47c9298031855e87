package dev.apiserversource.samples.embedded;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.buffer.Buffer;

import java.util.function.UnaryOperator;

/** Chooses the kind of patch by the content type of the request. */
final class Patches {

    static final String APPLY = "application/apply-patch+yaml";

    private static final String ACCEPTED =
            "application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml";

    private Patches() {}

    /** What {@code patch} does to an object; a content type that does not suit the kind is refused with 415. */
    static UnaryOperator<ObjectNode> parse(
            String contentType, ResourceKind kind, Buffer patch, ServerSideApply serverSideApply) {
        return switch (contentType.replaceAll(";.*", "").trim()) {
            case "application/json-patch+json" -> object -> JsonPatch.apply(object, Json.parse(patch));
            case "application/merge-patch+json" -> object -> MergePatch.apply(object, Json.parseObject(patch));
            case "application/strategic-merge-patch+json" -> strategic(kind, patch);
            case APPLY -> object -> serverSideApply.apply(object, Json.parseObject(patch));
            default -> throw ApiException.unsupportedMediaType(ACCEPTED);
        };
    }

    private static UnaryOperator<ObjectNode> strategic(ResourceKind kind, Buffer patch) {
        if (kind.custom()) {
            throw ApiException.unsupportedMediaType(ACCEPTED);
        }
        return object -> StrategicMerge.apply(object, Json.parseObject(patch));
    }
}
