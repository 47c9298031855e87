package dev.apiserversource.samples.embedded.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.apiserversource.samples.embedded.fault.ReceivedRequest;
import dev.apiserversource.samples.embedded.kubectl.ProtobufBody;
import dev.apiserversource.samples.embedded.store.ApiException;
import dev.apiserversource.samples.embedded.store.Json;
import dev.apiserversource.samples.embedded.store.ListOptions;
import dev.apiserversource.samples.embedded.store.ResourceKind;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;

import java.util.Objects;

/**
 * A request for objects.
 *
 * @param verb as in RBAC rules: get, list, watch, create, update, patch, delete, deletecollection
 */
record ApiRequest(String verb, ResourceKind kind, ApiPath path, HttpServerRequest http, Buffer body) {

    /** The verb for an HTTP method on {@code path}; 405 for an unknown method. */
    static String verb(ReceivedRequest request, ApiPath path) {
        return switch (request.method()) {
            case "GET" -> readVerb(request, path);
            case "POST" -> "create";
            case "PUT" -> "update";
            case "PATCH" -> "patch";
            case "DELETE" -> path.isCollection() ? "deletecollection" : "delete";
            default -> throw ApiException.methodNotAllowed();
        };
    }

    private static String readVerb(ReceivedRequest request, ApiPath path) {
        if (request.isWatch()) {
            return "watch";
        }
        return path.isCollection() ? "list" : "get";
    }

    boolean isStatus() {
        return path.subresource().equals("status") && kind.statusSubresource();
    }

    boolean isPodLog() {
        return kind.qualifiedName().equals("pods") && path.subresource().equals("log") && verb.equals("get");
    }

    boolean isForced() {
        return parameter("force").equals("true");
    }

    boolean isDryRun() {
        return query().contains("dryRun");
    }

    boolean isStrict() {
        return parameter("fieldValidation").equals("Strict");
    }

    String fieldManager() {
        return parameter("fieldManager");
    }

    String propagationPolicy(ObjectNode deleteOptions) {
        String parameter = parameter("propagationPolicy");
        return parameter.isEmpty() ? deleteOptions.path("propagationPolicy").asText() : parameter;
    }

    ListOptions listOptions() {
        return new ListOptions(query(), kind);
    }

    /** The form of objects that the client accepts; 406 when it is not supported. */
    ObjectView view() {
        return ObjectView.of(
                header(HttpHeaders.ACCEPT), kind, path.groupVersion().version());
    }

    /** The content type without its parameters. */
    String contentType() {
        return header(HttpHeaders.CONTENT_TYPE).replaceAll(";.*", "").trim();
    }

    MultiMap query() {
        return http.params();
    }

    /** The object in the body; 400 when it is not an object. */
    ObjectNode object() {
        try {
            return ProtobufBody.isProtobuf(contentType()) ? ProtobufBody.parse(body) : Json.parseObject(body);
        } catch (IllegalArgumentException e) {
            throw ApiException.badRequest("the request body is " + e.getMessage());
        }
    }

    /** The JSON in the body; 400 when it is not JSON. */
    JsonNode json() {
        try {
            return Json.parse(body);
        } catch (IllegalArgumentException e) {
            throw ApiException.badRequest("the request body is " + e.getMessage());
        }
    }

    ObjectNode objectOrEmpty() {
        return body.length() == 0 ? Json.object() : object();
    }

    /** Checks that {@code object} has the name on the URL; 400 when it has another or none. */
    void checkName(ObjectNode object) {
        String name = Json.text(object, "metadata.name");
        if (name.isEmpty()) {
            throw ApiException.badRequest(
                    "the name of the object (%s based on URL) was undeterminable:".formatted(path.name())
                            + " name must be provided");
        }
        if (!name.equals(path.name())) {
            throw ApiException.badRequest(
                    "the name of the object (%s) does not match the name on the URL (%s)".formatted(name, path.name()));
        }
    }

    private String parameter(String name) {
        return Objects.requireNonNullElse(query().get(name), "");
    }

    private String header(CharSequence name) {
        return Objects.requireNonNullElse(http.getHeader(name), "");
    }
}
