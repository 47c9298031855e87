package dev.apiserversource.samples.embedded;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.apiserversource.samples.embedded.AccessRule.Attempt;
import dev.apiserversource.samples.embedded.ObjectRules.Part;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;

import java.time.InstantSource;
import java.util.Optional;

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
        boolean streamingLists,
        String user,
        InstantSource clock) {

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

    Attempt attempt() {
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

    boolean isForced() {
        return "true".equals(query.get("force"));
    }

    boolean isDryRun() {
        return query.contains("dryRun");
    }

    ListOptions listOptions() {
        return ListOptions.parse(query, kind, streamingLists);
    }

    /** How the client wants to see objects; 406 when it cannot be pleased. */
    ObjectView view() {
        return new ObjectView(kind, version(), Representation.of(accept), clock);
    }

    /** Who applies. */
    String fieldManager() {
        return parameter("fieldManager").orElse("unknown");
    }

    String propagationPolicy(ObjectNode deleteOptions) {
        return parameter("propagationPolicy")
                .orElseGet(() -> deleteOptions.path("propagationPolicy").asText());
    }

    private Optional<String> parameter(String name) {
        return Optional.ofNullable(query.get(name));
    }

    ObjectNode body() {
        return ProtobufBody.isMeant(contentType) ? ProtobufBody.parse(bytes) : Json.parseObject(bytes);
    }

    ObjectNode bodyOrEmpty() {
        return bytes.length() == 0 ? Json.object() : body();
    }
}
