package dev.apiserversource.samples.embedded;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.apiserversource.samples.embedded.AccessRule.Attempt;
import dev.apiserversource.samples.embedded.ObjectRules.Part;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;

/**
 * A request for objects, understood as far as its address goes.
 *
 * @param verb as in access rules: get, list, watch, create, update, patch, delete, deletecollection
 * @param streamingLists whether the server understands {@code sendInitialEvents}
 */
record ApiCall(
        String verb,
        ResourceKind kind,
        ApiPath path,
        MultiMap query,
        String accept,
        String contentType,
        Buffer bytes,
        boolean streamingLists) {

    /** The verb for an HTTP method on {@code path}; one that there is none for is refused with 405. */
    static String verb(ReceivedRequest request, ApiPath path) {
        return switch (request.method()) {
            case "GET" -> readingVerb(request, path);
            case "POST" -> "create";
            case "PUT" -> "update";
            case "PATCH" -> "patch";
            case "DELETE" -> path.isCollection() ? "deletecollection" : "delete";
            default -> throw ApiException.methodNotAllowed();
        };
    }

    private static String readingVerb(ReceivedRequest request, ApiPath path) {
        if (request.isWatch()) {
            return "watch";
        }
        return path.isCollection() ? "list" : "get";
    }

    Attempt attempt(String user) {
        String resource = path.subresource().isEmpty() ? path.plural() : path.plural() + "/" + path.subresource();
        return new Attempt(user, verb, path.groupVersion().group(), resource, path.namespace());
    }

    String version() {
        return path.groupVersion().version();
    }

    boolean isOfStatus() {
        return path.subresource().equals("status") && kind.statusSubresource();
    }

    Part part() {
        return isOfStatus() ? Part.STATUS : Part.OBJECT;
    }

    boolean isDryRun() {
        return query.contains("dryRun");
    }

    ListOptions listOptions() {
        return ListOptions.parse(query, kind, streamingLists);
    }

    Representation representation() {
        return Representation.of(accept);
    }

    ObjectNode shown(ObjectNode object) {
        return representation().one(kind, version(), object);
    }

    ObjectNode body() {
        return Json.parseObject(bytes);
    }

    ObjectNode bodyOrEmpty() {
        return bytes.length() == 0 ? Json.object() : body();
    }
}
