package dev.apiserversource.samples.embedded.store;

import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import java.util.List;
import java.util.stream.Collectors;

/** A failed request as a Kubernetes {@code Status}: HTTP code, machine-readable reason, message and details. */
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

    /** The {@code Status} object, as sent to the client. */
    public ObjectNode status() {
        return status.deepCopy().put("code", code);
    }

    public static ApiException badRequest(String message) {
        return new ApiException(400, "BadRequest", message);
    }

    public static ApiException unauthorized() {
        return new ApiException(401, "Unauthorized", "Unauthorized");
    }

    public static ApiException forbidden(String message) {
        return new ApiException(403, "Forbidden", message);
    }

    public static ApiException noSuchResource() {
        return new ApiException(404, "NotFound", "the server could not find the requested resource");
    }

    public static ApiException notFound(ResourceKind kind, String name) {
        return new ApiException(404, "NotFound", "%s \"%s\" not found".formatted(kind.qualifiedName(), name))
                .about(kind, name);
    }

    public static ApiException methodNotAllowed() {
        return new ApiException(
                405, "MethodNotAllowed", "the server does not allow this method on the requested resource");
    }

    public static ApiException notAcceptable(String message) {
        return new ApiException(406, "NotAcceptable", message);
    }

    public static ApiException alreadyExists(ResourceKind kind, String name) {
        return new ApiException(409, "AlreadyExists", "%s \"%s\" already exists".formatted(kind.qualifiedName(), name))
                .about(kind, name);
    }

    public static ApiException conflict(ResourceKind kind, String name, String why) {
        String message = "Operation cannot be fulfilled on %s \"%s\": %s".formatted(kind.qualifiedName(), name, why);
        return new ApiException(409, "Conflict", message).about(kind, name);
    }

    /** 409 for a precondition of a deletion. Here the real API server says the kind instead of the plural. */
    static ApiException preconditionFailed(ResourceKind kind, String name, String why) {
        String message = "Operation cannot be fulfilled on %s \"%s\": %s".formatted(kind.qualifiedKind(), name, why);
        ApiException conflict = new ApiException(409, "Conflict", message).about(kind, name);
        conflict.details().put("kind", kind.kind());
        return conflict;
    }

    /** 409 for the fields that another manager applied with other values. */
    public static ApiException applyConflict(String manager, List<String> fields) {
        String conflict = "conflict with \"" + manager + "\"";
        String message = "Apply failed with %d conflict%s: %s: %s"
                .formatted(fields.size(), fields.size() == 1 ? "" : "s", conflict, String.join(", ", fields));
        ApiException error = new ApiException(409, "Conflict", message);
        fields.forEach(field -> error.addCause(new FieldError(field, "FieldManagerConflict", conflict)));
        return error;
    }

    public static ApiException expired(String message) {
        return new ApiException(410, "Expired", message);
    }

    /** 410 for a watch or list at {@code asked} when history starts after {@code oldest}. */
    public static ApiException tooOld(long asked, long oldest) {
        return expired("too old resource version: %d (%d)".formatted(asked, oldest));
    }

    /** 410 for a page of a compacted snapshot, with a token that continues in the newest state instead. */
    public static ApiException expiredContinue(String freshToken) {
        ApiException expired = expired("The provided continue parameter is too old to display a consistent list"
                + " result. Start a new list without it, or use the continue token of this answer for the rest.");
        expired.status.withObject("/metadata").put("continue", freshToken);
        return expired;
    }

    public static ApiException unsupportedMediaType(String accepted) {
        return new ApiException(
                415, "UnsupportedMediaType", "415: Unsupported Media Type, accepted media types include: " + accepted);
    }

    /** 422 for an object with these errors; its causes name the fields. */
    public static ApiException invalid(ResourceKind kind, String name, List<FieldError> errors) {
        return invalid(kind.group(), kind.kind(), name, errors);
    }

    /** 422 for ListOptions or PatchOptions with this error. */
    public static ApiException invalidOptions(String kind, FieldError error) {
        return invalid("meta.k8s.io", kind, "", List.of(error));
    }

    /** 422 for an update of a custom resource without a resourceVersion. Here the real API server says the plural. */
    static ApiException missingResourceVersion(ResourceKind kind, String name) {
        FieldError error =
                FieldError.invalid("metadata.resourceVersion", IntNode.valueOf(0), "must be specified for an update");
        return invalid(kind.group(), kind.plural(), name, List.of(error));
    }

    private static ApiException invalid(String group, String kind, String name, List<FieldError> errors) {
        String problems = errors.size() == 1
                ? errors.get(0).toString()
                : errors.stream().map(FieldError::toString).collect(Collectors.joining(", ", "[", "]"));
        String qualifiedKind = group.isEmpty() ? kind : kind + "." + group;
        ApiException invalid =
                new ApiException(422, "Invalid", "%s \"%s\" is invalid: %s".formatted(qualifiedKind, name, problems));
        ObjectNode details = invalid.details();
        putIfPresent(details, "name", name);
        putIfPresent(details, "group", group);
        details.put("kind", kind);
        errors.forEach(invalid::addCause);
        return invalid;
    }

    /** 422 for a JSON patch whose operations cannot be applied. */
    public static ApiException unprocessable(String message) {
        return new ApiException(422, "Invalid", message);
    }

    /** 422 for a streaming list, in the words of an API server without them. */
    public static ApiException streamingListForbidden() {
        return invalidOptions(
                "ListOptions",
                FieldError.forbidden(
                        "sendInitialEvents",
                        "sendInitialEvents is forbidden for watch unless the WatchList feature gate is enabled"));
    }

    public static ApiException tooManyRequests(int retryAfterSeconds) {
        ApiException busy = new ApiException(
                429, "TooManyRequests", "the server has received too many requests and asks to try again later");
        busy.details().put("retryAfterSeconds", retryAfterSeconds);
        return busy;
    }

    public static ApiException internalError(String message) {
        return new ApiException(500, "InternalError", "Internal error occurred: " + message);
    }

    public static ApiException tooLargeResourceVersion(long asked, long current) {
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

    /** Seconds for the {@code Retry-After} header; 0 for none. */
    public int retryAfterSeconds() {
        return status.at("/details/retryAfterSeconds").asInt();
    }

    private ApiException about(ResourceKind kind, String name) {
        putIfPresent(details(), "name", name);
        putIfPresent(details(), "group", kind.group());
        details().put("kind", kind.plural());
        return this;
    }

    private void addCause(FieldError error) {
        details()
                .withArray("/causes")
                .addObject()
                .put("reason", error.reason())
                .put("message", error.message())
                .put("field", error.field());
    }

    private static void putIfPresent(ObjectNode details, String field, String value) {
        if (!value.isEmpty()) {
            details.put(field, value);
        }
    }

    private ObjectNode details() {
        return status.withObject("/details");
    }
}
