package dev.apiserversource.samples.embedded;

import com.fasterxml.jackson.databind.node.ObjectNode;

import java.util.List;

/** A refusal in the form of a Kubernetes {@code Status}: HTTP code, machine-readable reason, message, details. */
public final class ApiException extends RuntimeException {

    private final transient ObjectNode status;
    private final int code;

    private ApiException(int code, String reason, String message) {
        super(message);
        this.code = code;
        this.status = Json.object()
                .put("kind", "Status")
                .put("apiVersion", "v1")
                .<ObjectNode>set("metadata", Json.object())
                .put("status", "Failure")
                .put("message", message)
                .put("reason", reason);
    }

    /** The HTTP status code. */
    public int code() {
        return code;
    }

    /** The {@code Status} object as it goes over the wire. */
    public ObjectNode status() {
        return status.deepCopy().put("code", code);
    }

    static ApiException badRequest(String message) {
        return new ApiException(400, "BadRequest", message);
    }

    static ApiException unauthorized() {
        return new ApiException(401, "Unauthorized", "Unauthorized");
    }

    static ApiException forbidden(String message) {
        return new ApiException(403, "Forbidden", message);
    }

    static ApiException noSuchResource() {
        return new ApiException(404, "NotFound", "the server could not find the requested resource");
    }

    static ApiException notFound(ResourceKind kind, String name) {
        return new ApiException(404, "NotFound", "%s \"%s\" not found".formatted(kind.qualifiedName(), name))
                .about(kind, name);
    }

    static ApiException methodNotAllowed() {
        return new ApiException(
                405, "MethodNotAllowed", "the server does not allow this method on the requested resource");
    }

    static ApiException notAcceptable(String message) {
        return new ApiException(406, "NotAcceptable", message);
    }

    static ApiException alreadyExists(ResourceKind kind, String name) {
        return new ApiException(409, "AlreadyExists", "%s \"%s\" already exists".formatted(kind.qualifiedName(), name))
                .about(kind, name);
    }

    static ApiException conflict(ResourceKind kind, String name, String why) {
        String message = "Operation cannot be fulfilled on %s \"%s\": %s".formatted(kind.qualifiedName(), name, why);
        return new ApiException(409, "Conflict", message).about(kind, name);
    }

    static ApiException applyConflict(String manager, List<String> fields) {
        String message = "Apply failed with %d conflict%s: conflict with \"%s\": %s"
                .formatted(fields.size(), fields.size() == 1 ? "" : "s", manager, String.join(", ", fields));
        return new ApiException(409, "Conflict", message);
    }

    static ApiException expired(String message) {
        return new ApiException(410, "Expired", message);
    }

    /** 410 for a watch or list at {@code asked} when the oldest version still known is {@code oldest}. */
    static ApiException tooOld(long asked, long oldest) {
        return expired("too old resource version: %d (%d)".formatted(asked, oldest));
    }

    /** 410 for a page of a snapshot that is gone; carries a token that goes on with the newest state instead. */
    static ApiException expiredContinue(String freshToken) {
        ApiException expired = expired("The provided continue parameter is too old to display a consistent list"
                + " result. Start a new list without it, or use the continue token of this answer for the rest.");
        expired.status.withObject("/metadata").put("continue", freshToken);
        return expired;
    }

    static ApiException unsupportedMediaType(String accepted) {
        return new ApiException(
                415, "UnsupportedMediaType", "415: Unsupported Media Type, accepted media types include: " + accepted);
    }

    static ApiException invalid(String kind, String name, String field, String problem) {
        ApiException invalid =
                new ApiException(422, "Invalid", "%s \"%s\" is invalid: %s: %s".formatted(kind, name, field, problem));
        ObjectNode details = invalid.details().put("kind", kind);
        details.withArray("/causes").addObject().put("message", problem).put("field", field);
        return invalid;
    }

    static ApiException streamingListForbidden() {
        String problem =
                "Forbidden: sendInitialEvents is forbidden for watch unless the WatchList feature gate is enabled";
        return invalid("ListOptions.meta.k8s.io", "", "sendInitialEvents", problem);
    }

    static ApiException tooManyRequests(int retryAfterSeconds) {
        ApiException busy = new ApiException(
                429, "TooManyRequests", "the server has received too many requests and asks to try again later");
        busy.details().put("retryAfterSeconds", retryAfterSeconds);
        return busy;
    }

    static ApiException internalError(String message) {
        return new ApiException(500, "InternalError", "Internal error occurred: " + message);
    }

    static ApiException tooLargeResourceVersion(long asked, long current) {
        ApiException early = new ApiException(
                504, "Timeout", "Timeout: Too large resource version: %d, current: %d".formatted(asked, current));
        early.details()
                .put("retryAfterSeconds", 1)
                .withArray("/causes")
                .addObject()
                .put("reason", "ResourceVersionTooLarge")
                .put("message", "Too large resource version");
        return early;
    }

    /** Seconds of the {@code Retry-After} header that goes with this answer; 0 for none. */
    int retryAfterSeconds() {
        return status.at("/details/retryAfterSeconds").asInt();
    }

    private ApiException about(ResourceKind kind, String name) {
        details().put("name", name);
        if (!kind.group().isEmpty()) {
            details().put("group", kind.group());
        }
        details().put("kind", kind.plural());
        return this;
    }

    private ObjectNode details() {
        return status.withObject("/details");
    }
}
